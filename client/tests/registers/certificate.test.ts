import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askOf, standingTone, STATES } from '@/features/registers/standing'
import { useCertificate } from '@/features/registers/useCertificate'
import { useCertificates } from '@/features/registers/useCertificates'
import { useRegister } from '@/features/registers/useRegister'
import { memory } from '../core/phone'
import { logIn, office, problem, type Office } from '../handling/office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const ONE = '/mp/v1/committee/certificates/c1'
const certificate = (facts = {}) => ({ id: 'c1', organisation_id: 'v1', number: '柏树村证〔2026〕7号', standing: 'in_force', standing_name: '有效', failure: null, pdf_ready: true, ...facts })

let server: Office
beforeEach(async () => {
  server = await office({ [`GET ${ONE}`]: [200, certificate()] })
  logIn([{ role: 'approver', organisation_id: 'v1' }])
})
afterEach(() => server.close())

async function opened() {
  const one = useCertificate(() => 'c1')
  await one.loaded.reload()
  return one
}

describe('taking a certificate back', () => {
  it('needs a reason first, then the PIN, and is done once', async () => {
    server.answers(`POST ${ONE}/revoke`, [200, certificate({ standing: 'revoked' })])
    const one = await opened()
    expect(one.endings.value).toEqual(['revoke', 'supersede'])
    one.begin('revoke')
    expect([one.ask(), one.fault.value, one.pin.open.value]).toEqual([false, '请选择原因', false])
    one.told.value.reason = 'issued_in_error'
    expect([one.ask(), one.pin.open.value]).toEqual([true, true])
    one.pin.type('739214')
    server.answers(`GET ${ONE}`, [200, certificate({ standing: 'revoked' })])
    await Promise.all([one.confirm(), one.confirm()])
    expect(server.sent(`POST ${ONE}/revoke`)).toEqual([{ pin: '739214', reason_code: 'issued_in_error', words: '' }])
    expect([one.endings.value, one.pin.open.value]).toEqual([[], false])
  })

  it('with a wrong PIN stays open for another try', async () => {
    server.answers(`POST ${ONE}/revoke`, problem(403, 'wrong_pin', '签批密码不对，再错 2 次将暂停使用'))
    const one = await opened()
    one.begin('revoke')
    one.told.value.reason = 'ordered'
    one.ask()
    one.pin.type('000000')
    expect(await one.confirm()).toBeNull()
    expect([one.pin.open.value, one.pin.fault.value, one.pin.value.value]).toEqual([true, '签批密码不对，再错 2 次将暂停使用', ''])
  })

  it('that somebody took back before shows how it stands', async () => {
    server.answers(`POST ${ONE}/revoke`, problem(409, 'not_endable', '这份证明已吊销'))
    const one = await opened()
    one.begin('revoke')
    one.told.value.reason = 'ordered'
    one.ask()
    one.pin.type('739214')
    server.answers(`GET ${ONE}`, [200, certificate({ standing: 'revoked' })])
    await one.confirm()
    expect([one.pin.open.value, one.one.value?.standing]).toEqual([false, 'revoked'])
  })

  it('is an approver’s of that village only', async () => {
    logIn([{ role: 'clerk', organisation_id: 'v1' }, { role: 'approver', organisation_id: 'v2' }])
    expect((await opened()).endings.value).toEqual([])
  })
})

describe('what cannot be made', () => {
  it('has its number voided, with a reason for the register', async () => {
    server.answers(`GET ${ONE}`, [200, certificate({ standing: 'sealing', failure: '有字印不出来', pdf_ready: false })])
    server.answers(`POST ${ONE}/void`, [200, certificate({ standing: 'voided' })])
    const one = await opened()
    expect(one.endings.value).toEqual(['void'])
    one.begin('void')
    one.told.value.words = ' '
    expect(one.ask()).toBe(false)
    one.told.value.words = '有字印不出来'
    one.ask()
    one.pin.type('739214')
    await one.confirm()
    expect(server.sent(`POST ${ONE}/void`)).toEqual([{ pin: '739214', reason: '有字印不出来' }])
  })
})

describe('a correction', () => {
  it('is signed with the digest of what was read', async () => {
    const digest = 'd'.repeat(64)
    server.answers('GET /mp/v1/committee/applications/a9/document', [200, { digest, faults: [], body: [] }])
    server.answers(`POST ${ONE}/supersede`, [201, certificate({ id: 'c2', standing: 'sealing' })])
    server.answers('GET /mp/v1/committee/certificates/c2', [200, certificate({ id: 'c2' })])
    const one = await opened()
    one.begin('supersede')
    expect([one.ask(), one.fault.value]).toEqual([false, '请选择更正用的申请'])
    await one.readSuccessor('a9')
    one.ask()
    one.pin.type('739214')
    expect((await one.confirm())?.id).toBe('c2')
    expect(server.sent(`POST ${ONE}/supersede`)).toEqual([{ pin: '739214', digest, application_id: 'a9' }])
  })
})

describe('finding certificates', () => {
  it.each([
    ['黄柏树村证〔2026〕7号', { number: '黄柏树村证〔2026〕7号' }],
    [' 421224 19880612 401x ', { id_number: '42122419880612401X' }],
    ['', {}],
  ])('%s', (words, asked) => expect(askOf(words)).toEqual(asked))

  it('asks the server by number and state, and every standing has a word, tone and icon', async () => {
    server.answers('GET /mp/v1/committee/certificates', [200, { items: [certificate()], next_cursor: null }])
    const list = useCertificates()
    list.words.value = '42122419880612401X'
    await list.search()
    await list.choose('revoked')
    expect(server.asked.map((one) => one.path)).toEqual(['/mp/v1/committee/certificates?id_number=42122419880612401X&limit=50', '/mp/v1/committee/certificates?id_number=42122419880612401X&state=revoked&limit=50'])
    expect(STATES.map((state) => state.words)).toContain('已作废')
    expect(standingTone('something_new')).toEqual({ tone: 'past', icon: 'question' })
  })

  it('keeps the plain list for when there is no network, never what was looked for', async () => {
    server.answers('GET /mp/v1/committee/certificates', [200, { items: [certificate()], next_cursor: null }])
    const list = useCertificates()
    await list.rows.refresh()
    list.words.value = '42122419880612401X'
    await list.search()
    expect([...memory.keys()].filter((key) => key.startsWith('zheng.cache.'))).toEqual(['zheng.cache.certificates'])
  })

  it('turns the register’s years no further than today’s', async () => {
    server.answers('GET /mp/v1/committee/certificates/register', [200, { items: [], next_cursor: null }])
    const register = useRegister(() => 'v1', new Date('2026-12-31T20:00:00Z'))
    expect([register.year.value, register.isLast.value]).toEqual([2027, true])
    await register.turn(2026)
    expect(register.isLast.value).toBe(false)
    expect(server.asked.at(-1)?.path).toContain('year=2026')
    await register.turn(2030)
    expect(register.year.value).toBe(2027)
  })
})
