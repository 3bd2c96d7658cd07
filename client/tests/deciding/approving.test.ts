import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sealing } from '@/features/deciding/sealing'
import { standing } from '@/features/deciding/queue'
import { useApproving } from '@/features/deciding/useApproving'
import { can, CASE, caseOf, logIn, office, problem, type Office } from '../handling/office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const DIGEST = 'a'.repeat(64)
const OTHER = 'b'.repeat(64)
const preview = (facts = {}) => ({ title: '居住情况证明', body: ['情况属实。'], digest: DIGEST, faults: [], ...facts })
const SIGNED = { id: 'c1', application_id: 'a1', number: '柏树村证〔2026〕9号', title: '居住情况证明', standing: 'sealing', pdf_ready: false, failure: null }
const APPROVE = `POST ${CASE}/approve`

let server: Office
beforeEach(async () => {
  server = await office({
    [`GET ${CASE}`]: [200, caseOf({ state: 'approving', can: can('approve', 'send_back') })],
    [`GET ${CASE}/document`]: [200, preview()],
    [APPROVE]: [201, SIGNED],
    'GET /mp/v1/committee/certificates/c1': [200, { ...SIGNED, pdf_ready: true }],
  })
  logIn([{ role: 'approver', organisation_id: 'v1' }])
})
afterEach(() => server.close())

async function opened() {
  const approving = useApproving(() => 'a1')
  await approving.load()
  return approving
}

async function readyToSign(pin = '739214') {
  const approving = await opened()
  approving.reachedEnd()
  approving.pin.ask()
  approving.pin.type(pin)
  return approving
}

describe('signing', () => {
  it('is not possible before the end was on the screen', async () => {
    const approving = await opened()
    approving.pin.ask()
    approving.pin.type('739214')
    expect(await approving.approve()).toBe(false)
    expect(server.sent(APPROVE)).toEqual([])
  })

  it('does not count as read what has not come yet', () => {
    const approving = useApproving(() => 'a1')
    approving.reachedEnd()
    expect(approving.stage.value).toBe('reading')
  })

  it('sends the PIN with the digest of what was read, once for two taps', async () => {
    const approving = await readyToSign()
    expect(await Promise.all([approving.approve(), approving.approve()])).toEqual([true, false])
    expect(server.sent(APPROVE)).toEqual([{ pin: '739214', digest: DIGEST }])
    expect([approving.stage.value, approving.pin.value.value, approving.pin.open.value]).toEqual(['done', '', false])
  })

  it('once done is not done again', async () => {
    const approving = await readyToSign()
    await approving.approve()
    approving.pin.type('739214')
    expect(await approving.approve()).toBe(false)
    expect(server.sent(APPROVE)).toHaveLength(1)
  })

  it('does not wait for the seal, which is followed behind', async () => {
    const approving = await readyToSign()
    await approving.approve()
    expect(sealing[0]).toMatchObject({ number: SIGNED.number, state: 'sealing' })
    await vi.waitFor(() => expect(sealing[0]?.state).toBe('issued'), 4000)
  })

  it('asks for reading again when the document changed after it was read', async () => {
    server.answers(APPROVE, problem(409, 'changed_since_preview', '证明内容在您预览之后有变化'), [201, SIGNED])
    server.answers(`GET ${CASE}/document`, [200, preview()], [200, preview({ digest: OTHER })])
    const approving = await readyToSign()
    expect(await approving.approve()).toBe(false)
    expect([approving.stage.value, approving.changed.value, approving.pin.open.value]).toEqual(['reading', true, false])
    expect(approving.document.data.value?.digest).toBe(OTHER)
    approving.pin.type('739214')
    expect(await approving.approve()).toBe(false)
    approving.reachedEnd()
    approving.pin.type('739214')
    expect(await approving.approve()).toBe(true)
    expect(server.sent(APPROVE).map((sent) => sent.digest)).toEqual([DIGEST, OTHER])
  })

  it('says what is wrong with a PIN, forgets it, and lets one try again under a new key', async () => {
    server.answers(APPROVE, problem(403, 'wrong_pin', '签批密码不对，再错 2 次将暂停使用', { tries_left: 9, locked: false }), [201, SIGNED])
    const approving = await readyToSign('000000')
    await approving.approve()
    expect(approving.pin.fault.value).toContain('再错 2 次')
    expect([approving.pin.value.value, approving.pin.open.value, approving.stage.value]).toEqual(['', true, 'read'])
    approving.pin.type('739214')
    expect(approving.pin.fault.value).toBe('')
    expect(await approving.approve()).toBe(true)
    expect(new Set(server.keys(APPROVE)).size).toBe(2)
  })

  it('stops asking while the PIN is locked, and says who unlocks it', async () => {
    server.answers(APPROVE, problem(423, 'pin_locked', '签批密码已锁定，请联系机构管理员解锁', { locked: true }))
    const approving = await readyToSign()
    await approving.approve()
    expect(approving.pin.locked.value).toBe(true)
    expect(approving.pin.fault.value).toContain('机构管理员在县（市、区）政务办')
    approving.pin.type('739214')
    expect(await approving.approve()).toBe(false)
    expect(server.sent(APPROVE)).toHaveLength(1)
  })

  it('leads to setting a PIN that was never set', async () => {
    server.answers(APPROVE, problem(409, 'pin_not_set', '您还没有设置签批密码'))
    const approving = await readyToSign()
    await approving.approve()
    expect([approving.pin.unset.value, approving.stage.value]).toEqual([true, 'read'])
  })

  it('shows what became of it when another approver was quicker', async () => {
    server.answers(APPROVE, problem(409, 'wrong_state', '这件申请现在是“正在签章”'))
    server.answers(`GET ${CASE}`, [200, caseOf({ state: 'approving', can: can('approve') })], [200, caseOf({ state: 'sealing', can: [] })])
    const approving = await readyToSign()
    expect(await approving.approve()).toBe(false)
    expect([approving.file.data.value?.state, approving.mayDecide.value, approving.changed.value]).toEqual(['sealing', false, false])
  })

  it('is not offered while the document has faults, or the server does not offer it', async () => {
    server.answers(`GET ${CASE}/document`, [200, preview({ faults: [{ field: 'body.0', message: '正文为空' }] })])
    const faulty = await readyToSign()
    expect([faulty.mayDecide.value, await faulty.approve()]).toEqual([false, false])
    server.answers(`GET ${CASE}/document`, [200, preview()])
    server.answers(`GET ${CASE}`, [200, caseOf({ state: 'approving', can: [] })])
    expect((await readyToSign()).mayDecide.value).toBe(false)
  })
})

describe('refusing', () => {
  beforeEach(() => {
    const refusal = { reason: 'not_true', reason_words: '与事实不符', basis: '民发〔2020〕20号', words: '没有受损', where_to_go: [{ office: '应急局', how: '持照片申请' }] }
    server.answers(`GET ${CASE}`, [200, caseOf({ state: 'refusing', can: can('refuse', 'send_back'), refusal })])
    server.answers(`POST ${CASE}/refuse`, [200, caseOf({ state: 'refused' })])
  })

  it('needs no preview, but reading to the end and the PIN', async () => {
    const approving = await opened()
    approving.pin.type('739214')
    expect(await approving.refuse()).toBe(false)
    approving.reachedEnd()
    expect(await approving.refuse()).toBe(true)
    expect(server.sent(`POST ${CASE}/refuse`)).toEqual([{ pin: '739214' }])
    expect(server.sent(`GET ${CASE}/document`)).toEqual([])
  })

  it('can be sent back instead, with a remark and without a PIN', async () => {
    server.answers(`POST ${CASE}/send-back`, [200, caseOf()])
    const approving = await opened()
    expect(await approving.sendBack(' 请再去看一次 ')).toBe(true)
    expect(server.sent(`POST ${CASE}/send-back`)).toEqual([{ remark: '请再去看一次' }])
    expect(standing('a1').left).toBe(0)
  })
})
