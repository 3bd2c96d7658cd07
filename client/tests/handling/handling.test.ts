import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useCase } from '@/features/handling/useCase'
import { useEvidence } from '@/features/handling/useEvidence'
import { useRefusing } from '@/features/handling/useRefusing'
import { useReturning } from '@/features/handling/useReturning'
import { offers } from '@/features/handling/verbs'
import { memory } from '../core/phone'
import { can, CASE, caseOf, logIn, office, problem, type Office } from './office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

let server: Office
beforeEach(async () => {
  server = await office({ [`GET ${CASE}`]: [200, caseOf()], [`GET ${CASE}/timeline`]: [200, { steps: [] }], [`GET ${CASE}/changes`]: [200, { items: [] }] })
  logIn()
})
afterEach(() => server.close())

describe('what can be done', () => {
  it('is what the server lists, the main thing first', () => {
    const found = offers(can('edit', 'return', 'transfer', 'forward', 'something_new'))
    expect([found.main?.verb, found.others.map((offer) => offer.verb)]).toEqual(['forward', ['edit', 'return', 'transfer']])
  })

  it('is nothing when the server lists nothing', () => {
    expect(offers([])).toEqual({ main: null, others: [] })
  })

  it('offers the page of helping once, though several things are done there', () => {
    const found = offers(can('save', 'submit', 'withdraw'))
    expect([found.main?.verb, found.others.map((offer) => offer.verb)]).toEqual(['submit', ['withdraw']])
  })
})

describe('one case', () => {
  it('is claimed once for two taps, and shows what came of it', async () => {
    server.answers(`POST ${CASE}/claim`, [200, caseOf({ claimed_by_me: true, can: can('edit', 'forward') })])
    const one = useCase(() => 'a1')
    await one.reload()
    expect(await Promise.all([one.act('claim'), one.act('claim')])).toEqual([true, false])
    expect(server.sent(`POST ${CASE}/claim`)).toHaveLength(1)
    expect(one.offers.value.main?.verb).toBe('forward')
  })

  it('claimed by another a second before is read anew and says so', async () => {
    server.answers(`POST ${CASE}/claim`, problem(409, 'claimed_by_another', '已由其他经办人认领'))
    server.answers(`GET ${CASE}`, [200, caseOf({ state: 'submitted', can: can('claim') })], [200, caseOf({ claimed_by_post: '副主任' })])
    const one = useCase(() => 'a1')
    await one.reload()
    expect(await one.act('claim')).toBe(false)
    expect([one.acting.problem.value?.message, one.offers.value.main, one.file.data.value?.claimed_by_post]).toEqual(['已由其他经办人认领', null, '副主任'])
  })

  it('is forwarded on the version that was read', async () => {
    server.answers(`POST ${CASE}/forward`, [200, caseOf({ state: 'approving' })])
    const one = useCase(() => 'a1')
    await one.reload()
    await one.act('forward')
    expect(server.sent(`POST ${CASE}/forward`)).toEqual([{ row_version: 3 }])
  })

  it.each([
    ['overrule', 'overrule', { reason: '住所不在户籍地' }],
    ['cosign', 'cosign', { remark: '住所不在户籍地' }],
    ['decline_cosign', 'decline-cosign', { remark: '住所不在户籍地' }],
    ['send_back', 'send-back', { remark: '住所不在户籍地' }],
    ['withdraw', 'withdraw', { reason: '住所不在户籍地' }],
  ])('%s goes with its words', async (verb, path, body) => {
    server.answers(`POST ${CASE}/${path}`, [200, caseOf()])
    expect(await useCase(() => 'a1').act(verb, ' 住所不在户籍地 ')).toBe(true)
    expect(server.sent(`POST ${CASE}/${path}`)).toEqual([body])
  })

  it('shows the holder in full only when asked, by a call that is a look on record', async () => {
    server.answers(`POST ${CASE}/holder`, [200, { name: '王桂兰', id_number: '42122419580304402X', id_kind: 'resident', contact_phone: null }])
    const one = useCase(() => 'a1')
    await one.reload()
    expect(server.sent(`POST ${CASE}/holder`)).toEqual([])
    expect((await one.look.run())?.name).toBe('王桂兰')
  })
})

describe('evidence', () => {
  const LINK = 'POST /mp/v1/applications/a1/evidence/e1/link'

  it('opens by a link of its own each time, within bounds of size', async () => {
    server.answers(LINK, [200, { url: 'https://here/mp/v1/evidence/e1/image?x=1', media_type: 'image/jpeg' }], [200, { url: '/mp/v1/evidence/e1/image?x=2', media_type: 'application/pdf' }])
    const evidence = useEvidence(() => 'a1')
    await evidence.open({ id: 'e1', label: '房屋照片' })
    expect(evidence.opened.value).toEqual({ label: '房屋照片', url: 'https://here/mp/v1/evidence/e1/image?x=1', isPicture: true })
    for (let turn = 0; turn < 9; turn++) evidence.larger()
    expect(evidence.zoom.value).toBe(4)
    for (let turn = 0; turn < 9; turn++) evidence.smaller()
    expect(evidence.zoom.value).toBe(1)
    evidence.close()
    await evidence.open({ id: 'e1', label: '房屋照片' })
    expect(evidence.opened.value).toMatchObject({ url: `${server.origin}/mp/v1/evidence/e1/image?x=2`, isPicture: false })
  })

  it('that was taken away says so and opens nothing', async () => {
    server.answers(LINK, problem(404, 'not_found', '没有找到这份材料'))
    const evidence = useEvidence(() => 'a1')
    await evidence.open({ id: 'e1', label: '房屋照片' })
    expect([evidence.opened.value, evidence.asking.problem.value?.message]).toEqual([null, '没有找到这份材料'])
  })
})

describe('a return (补正)', () => {
  const RETURN = `POST ${CASE}/return`
  const item = { kind: 'supply', message: '请补充房屋正面照片', evidence_id: null } as const
  beforeEach(() => server.answers(`GET ${CASE}`, [200, caseOf({ can: can('return'), evidence: [{ id: 'e1', label: '照片' }] })]))

  it('is put together item by item, kept on the phone, and sent once whole', async () => {
    server.answers(RETURN, [200, caseOf({ state: 'returned' })])
    const first = useReturning(() => 'a1')
    await first.load()
    expect(first.put(item, null)).toBe('')
    expect(first.put({ kind: 'replace', message: '看不清', evidence_id: 'e1' }, null)).toBe('')
    const again = useReturning(() => 'a1')
    await again.load()
    expect(again.items.value).toHaveLength(2)
    again.put({ ...item, message: '请补充房屋侧面照片' }, 0)
    expect(await Promise.all([again.send(), again.send()])).toEqual([true, false])
    expect(server.sent(RETURN)).toEqual([{ items: [{ ...item, message: '请补充房屋侧面照片' }, { kind: 'replace', message: '看不清', evidence_id: 'e1' }] }])
    expect(memory.has('zheng.draft.account-1.return.a1')).toBe(false)
  })

  it('does not take an item nobody could answer', async () => {
    const one = useReturning(() => 'a1')
    await one.load()
    expect(one.put({ ...item, message: ' ' }, null)).toContain('写清')
    expect(one.put({ kind: 'replace', message: '看不清', evidence_id: null }, null)).toContain('哪份材料')
    expect([one.items.value, await one.send(), server.sent(RETURN)]).toEqual([[], false, []])
  })

  it('forgets a file that its owner took away', async () => {
    const one = useReturning(() => 'a1')
    await one.load()
    one.put({ kind: 'explain', message: '请说明', evidence_id: 'e1' }, null)
    server.answers(`GET ${CASE}`, [200, caseOf({ can: can('return') })])
    await one.load()
    expect(one.items.value[0]?.evidence_id).toBeNull()
  })

  it('that went out once already is not offered again, and what was written stays', async () => {
    server.answers(RETURN, problem(409, 'returned_already', '补正只能一次性告知'))
    const one = useReturning(() => 'a1')
    await one.load()
    one.put(item, null)
    server.answers(`GET ${CASE}`, [200, caseOf({ can: can('forward') })])
    expect(await one.send()).toBe(false)
    expect([one.allowed.value, one.items.value.length, one.sending.problem.value?.code]).toEqual([false, 1, 'returned_already'])
  })
})

describe('a proposed refusal (不予出具)', () => {
  const PROPOSE = `POST ${CASE}/refusal-proposal`
  const finding = { key: 'marital', title: '婚姻状况', office: '民政局', how_to: '凭身份证查询', overruled_at: null, basis: [] }

  it('begins with where the lists say the person can go', async () => {
    server.answers(`GET ${CASE}`, [200, caseOf({ can: can('propose_refusal'), findings: [finding, { ...finding, office: '不相干', overruled_at: '2026-11-24T10:00:00+08:00' }] })])
    server.answers(PROPOSE, [200, caseOf({ state: 'refusing' })])
    const one = useRefusing(() => 'a1')
    await one.load()
    one.words.value = '婚姻状况由民政局掌握'
    expect(await one.propose()).toBe(true)
    expect(server.sent(PROPOSE)).toEqual([{ reason: 'on_list', words: '婚姻状况由民政局掌握', where_to_go: [{ office: '民政局', how: '凭身份证查询' }] }])
  })

  it('lets nobody go with nothing in hand', async () => {
    const one = useRefusing(() => 'a1')
    await one.load()
    expect(await one.propose()).toBe(false)
    expect(Object.keys(one.faults.value)).toEqual(['reason', 'words', 'places'])
    one.reason.value = 'not_ours'
    one.words.value = '不归村里管'
    one.setPlace(0, { office: '派出所' })
    expect(await one.propose()).toBe(false)
    expect(Object.keys(one.faults.value)).toEqual(['places'])
    expect(server.sent(PROPOSE)).toEqual([])
  })
})
