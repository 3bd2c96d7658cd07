import { beforeEach, describe, expect, it, vi } from 'vitest'
import { choices } from '@/features/complaints/words'
import { useComplaint, useFiling } from '@/features/complaints/useComplaints'
import { shareState } from '@/features/wallet/useShares'
import { tell, type Look } from '@/features/wallet/looks'
import { mounted, phone, refused, serve, type Reply } from '../platform/memory-server'

vi.mock('vue', async (original) => {
  const vue = await original<typeof import('vue')>()
  return { ...vue, onUnmounted: vue.onScopeDispose }
})
vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('../platform/memory-server')).exchange,
}))

let state = 'open'
let reply: Reply = { body: {} }
beforeEach(() => {
  phone()
  state = 'open'
  reply = { body: {} }
  serve(({ method }) => (method === 'GET' ? { body: { id: 'c1', state, answer: state === 'answered' ? '已核实' : null } } : reply))
})

describe('complaints', () => {
  it('only what the server takes from there can be chosen', () => {
    expect(choices('look', 'not_me').map((one) => one.value)).toEqual(['not_me'])
    expect(choices('application', 'application').map((one) => one.value)).toEqual(['application', 'outside_list'])
    expect(choices('application', 'refusal').map((one) => one.value)).toEqual(['refusal', 'application', 'outside_list'])
  })
  it('filed twice: told the number of the first', async () => {
    const { made } = mounted(useFiling)
    reply = refused(409, 'already_complained', '您已就此事投诉，编号 TS1，正在办理')
    expect(await made.file({ about: 'look', subject_id: 'l1', kind: 'not_me', text: '不是我' })).toBeNull()
    expect(made.fileProblem.value?.message).toContain('TS1')
  })
  it('answered while it was being withdrawn: the answer is shown', async () => {
    const { made } = mounted(() => useComplaint(() => 'c1'))
    await made.reload()
    state = 'answered'
    reply = refused(409, 'complaint_closed', '这件投诉已经办结')
    await made.withdraw()
    expect([made.open.value, made.complaint.value?.answer, made.withdrawProblem.value?.code]).toEqual([false, '已核实', 'complaint_closed'])
  })
})

describe('who looked, and links', () => {
  const look = { id: 'l1', at: '', kind: 'scan', item_kind: 'certificate', item_id: 'c1', organisation_name: '政务中心', post: '3号窗口', matter: '请假', scope: 'name', verdict: '有效', reason: '' } as Look
  it('names office, post and matter; a stranger is called a stranger', () => {
    expect(tell(look)).toMatchObject({ title: '政务中心 · 3号窗口', tone: 'good', disputable: true })
    expect(tell(look).note).toContain('为了：请假')
    expect(tell({ ...look, organisation_name: '', post: '', kind: 'public_page', verdict: '已过期' })).toMatchObject({ title: '没有登录的人', tone: 'wait' })
  })
  it('a link is alive, taken back or over', () => {
    expect([shareState({ alive: true, withdrawn_at: null }), shareState({ alive: false, withdrawn_at: 'x' }), shareState({ alive: false, withdrawn_at: null })].map((one) => one.words)).toEqual(['能打开', '已收回', '已失效'])
  })
})
