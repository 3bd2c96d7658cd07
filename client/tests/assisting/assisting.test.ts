import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lacking, useAssisting } from '@/features/assisting/useAssisting'
import { bareCode, useConfirming } from '@/features/assisting/useConfirming'
import { useConsent } from '@/features/assisting/useConsent'
import { weakness } from '@/features/deciding/useSettingPin'
import { can, CASE, caseOf, logIn, office, problem, type Office } from '../handling/office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const START = 'POST /mp/v1/committee/applications'
const draft = (facts = {}) => caseOf({ state: 'draft', helper: 'clerk', helper_basis: 'signed_sheet', purpose: '申请救助', receiver: '镇政府', receiver_in_city: true, words: '老屋后墙倒了', can: can('save', 'submit'), ...facts })

let server: Office
beforeEach(async () => {
  server = await office({
    [START]: [201, draft()],
    [`GET ${CASE}`]: [200, draft()],
    'GET /mp/v1/catalogue/items': [200, { edition: '1', items: [{ code: 'residence', title: '居住情况证明', evidence_hint: [] }] }],
    [`PUT ${CASE}/draft`]: [200, draft({ row_version: 4 })],
  })
  logIn()
})
afterEach(() => server.close())

describe('applying for somebody without a phone', () => {
  it('begins with a name and a number that can be right', async () => {
    const one = useAssisting(() => '', () => 'v1')
    one.person.name = '王'
    one.person.number = '421224195803044020'
    expect(await one.begin()).toBe('')
    expect(Object.keys(one.faults.value)).toEqual(['name', 'number'])
    expect(server.sent(START)).toEqual([])
    one.person.name = ' 阿依古丽•买买提 '
    one.person.number = '1101011990 0307 7213'
    expect(await one.begin()).toBe('a1')
    expect(server.sent(START)[0]).toMatchObject({ name: '阿依古丽·买买提', id_number: '110101199003077213', organisation_id: 'v1' })
  })

  it('asks for what is missing, then saves and hands in', async () => {
    server.answers(`POST ${CASE}/submit`, [200, draft({ state: 'submitted', can: [] })])
    const one = useAssisting(() => 'a1', () => 'v1')
    await one.load()
    one.fields.purpose = ''
    expect(await one.submit()).toBe(false)
    expect(Object.keys(one.faults.value)).toEqual(['purpose'])
    one.fields.purpose = '申请救助'
    expect(await Promise.all([one.submit(), one.submit()])).toContain(true)
    expect(server.sent(`PUT ${CASE}/draft`)[0]).toMatchObject({ row_version: 3, organisation_id: 'v1', purpose: '申请救助' })
    expect(server.sent(`POST ${CASE}/submit`)).toEqual([{ confirm_duplicate: false }])
  })

  it('is not handed in without the person’s consent, and says how to get it', async () => {
    server.answers(`POST ${CASE}/submit`, problem(409, 'consent_missing', '代办须先记录本人同意'))
    const one = useAssisting(() => 'a1', () => 'v1')
    await one.load()
    expect(await one.submit()).toBe(false)
    expect(one.submitting.problem.value?.message).toContain('本人同意')
  })

  it('shows what exists already, and hands in only when that was seen', async () => {
    server.answers(`POST ${CASE}/submit`, problem(409, 'duplicate_found', '已有相同的', { existing: [{ id: 'a0', title: '居住情况证明' }] }), [200, draft({ state: 'submitted' })])
    const one = useAssisting(() => 'a1', () => 'v1')
    await one.load()
    await one.submit()
    expect(one.twins.value.map((twin) => twin.id)).toEqual(['a0'])
    expect(await one.submit(true)).toBe(true)
    expect(server.sent(`POST ${CASE}/submit`)[1]).toEqual({ confirm_duplicate: true })
  })

  it('that the lists forbid stays on the page with the way on', async () => {
    server.answers(`POST ${CASE}/submit`, [200, draft({ state: 'not_needed', can: can('dispute', 'revise') })])
    const one = useAssisting(() => 'a1', () => 'v1')
    await one.load()
    expect(await one.submit()).toBe(false)
    expect([one.can('dispute'), one.can('save')]).toEqual([true, false])
  })

  it('keeps what is being typed when the camera gives the page back, and when the app is killed', async () => {
    const one = useAssisting(() => 'a1', () => 'v1')
    await one.load()
    one.fields.words = '写到一半'
    await one.load()
    expect(one.fields.words).toBe('写到一半')
    const later = useAssisting(() => 'a1', () => 'v1')
    await later.load()
    expect(later.fields.words).toBe('写到一半')
    expect(await later.save()).toBe(true)
    const saved = useAssisting(() => 'a1', () => 'v1')
    await saved.load()
    expect(saved.fields.words).toBe('老屋后墙倒了')
  })

  it('takes the item’s own title, and lacks what is empty', async () => {
    const one = useAssisting(() => '', () => 'v1')
    await one.load()
    await vi.waitFor(() => expect(one.items.data.value).not.toBeNull())
    one.chooseItem('residence')
    expect([one.fields.item_code, one.fields.title]).toEqual(['residence', '居住情况证明'])
    expect(Object.keys(lacking(one.fields))).toEqual(['purpose', 'receiver', 'words'])
  })
})

describe('the person’s consent', () => {
  it('is a code they read out', async () => {
    server.answers(`POST ${CASE}/consent-code`, [204, undefined])
    server.answers(`POST ${CASE}/consent`, problem(422, 'wrong_code', '验证码不对'), [200, draft({ helper_basis: 'sms_code' })])
    const settled = vi.fn()
    const consent = useConsent(() => 'a1', settled)
    consent.phone.value = '138'
    await consent.send()
    expect([consent.fault.value, server.sent(`POST ${CASE}/consent-code`)]).toEqual(['请输入 11 位手机号', []])
    consent.phone.value = '138 0000 0002'
    await consent.send()
    consent.stepUp.code.value = '000000'
    expect([await consent.byCode(), consent.recording.problem.value?.code]).toEqual([false, 'wrong_code'])
    consent.stepUp.code.value = '204816'
    expect(await consent.byCode()).toBe(true)
    expect(server.sent(`POST ${CASE}/consent`)[1]).toMatchObject({ phone: '13800000002', code: '204816' })
    expect(settled).toHaveBeenCalledTimes(1)
  })

  it('or the photo of a sheet they signed', async () => {
    server.answers(`POST ${CASE}/consent`, [200, draft()])
    await useConsent(() => 'a1', () => undefined).bySheet('e1')
    expect(server.sent(`POST ${CASE}/consent`)[0]).toMatchObject({ evidence_id: 'e1' })
  })
})

describe('confirming somebody at the desk', () => {
  const LOOK = 'POST /mp/v1/people/confirmations/look-up'
  const YES = 'POST /mp/v1/people/confirmations'

  it('takes the code as it is read out, and nothing shorter', async () => {
    server.answers(LOOK, [200, { name: '王桂兰', id_number: '42122419580304402X', created_at: '2026-11-24T10:00:00+08:00' }])
    server.answers(YES, [200, {}])
    const desk = useConfirming()
    desk.code.value = '2048'
    await desk.lookUp()
    expect([desk.fault.value, server.sent(LOOK)]).toEqual(['确认码是 8 位数字，在对方手机上', []])
    desk.code.value = '2048 1632'
    await desk.lookUp()
    expect(await desk.confirm()).toBe(false)
    desk.document.value = 'id_card'
    expect(await desk.confirm()).toBe(true)
    expect(server.sent(YES)).toEqual([{ code: '20481632', document: 'id_card', name: null }])
    expect([desk.attempt.value, desk.code.value]).toEqual([null, ''])
    expect(bareCode('２０４８－１６３２')).toBe('20481632')
  })

  it('can be refused with a reason', async () => {
    server.answers('POST /mp/v1/people/confirmations/refuse', [204, undefined])
    const desk = useConfirming()
    desk.code.value = '20481632'
    expect(await desk.refuse(' 照片不像 ')).toBe(true)
    expect(server.sent('POST /mp/v1/people/confirmations/refuse')).toEqual([{ code: '20481632', reason: '照片不像' }])
  })
})

describe('a PIN that is easy to guess', () => {
  it.each([['111111', '都一样'], ['123456', '连着'], ['654321', '连着'], ['12345', '6 位'], ['739214', '']])('%s', (pin, words) => {
    expect(weakness(pin)).toContain(words)
    if (!words) expect(weakness(pin)).toBe('')
  })
})
