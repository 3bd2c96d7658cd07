import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useAnswer } from '@/features/progress/useAnswer'
import { answersOf, isAnswered, type ReturnItem } from '@/features/progress/returns'
import { rememberMe } from '@/session'
import type { Schema } from '@/api/types'
import { asked, memory, mounted, phone, refused, serve, type Reply } from '../platform/memory-server'

vi.mock('vue', async (original) => {
  const vue = await original<typeof import('vue')>()
  return { ...vue, onUnmounted: vue.onScopeDispose }
})
vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('../platform/memory-server')).exchange,
}))

const items = [
  { id: 'i1', kind: 'supply', message: '缺照片', evidence_id: null, answer: null, answered_at: null },
  { id: 'i2', kind: 'explain', message: '写明几口人', evidence_id: null, answer: null, answered_at: null },
] as ReturnItem[]
let state = 'returned'
let evidence: { id: string; label: string }[] = []
let reply: Reply = { body: { id: 'a1' } }
const open = async () => {
  const { made } = mounted(() => useAnswer(() => 'a1'))
  await made.load()
  return made
}

beforeEach(() => {
  phone()
  rememberMe({ account: { id: 'me' }, roles: [], acts_for: [], person: null } as unknown as Schema<'Me'>)
  state = 'returned'
  evidence = []
  reply = { body: { id: 'a1' } }
  serve(({ method }) =>
    method === 'POST' ? reply : { body: { id: 'a1', state, return_items: items, evidence, can: state === 'returned' ? [{ verb: 'answer', label: '', pin: false }] : [] } },
  )
})

describe('answering a return', () => {
  it('counts what is left: a file answers a supply, only words answer a question', async () => {
    const made = await open()
    expect(made.left.value).toBe(2)
    made.setFiles('i1', ['e1'], 0)
    made.setFiles('i2', ['e2'], 0)
    expect(made.left.value).toBe(1)
    made.given.i2!.text = '五口人'
    expect(made.left.value).toBe(0)
  })

  it('what was written outlives the app, under the person\'s own key; sent, it is gone', async () => {
    const first = await open()
    first.given.i2!.text = '五口人'
    await Promise.resolve()
    expect(memory.has('zheng.draft.me.answer.a1')).toBe(true)
    const again = await open()
    expect(again.given.i2!.text).toBe('五口人')
    expect(await again.send()).toBe(true)
    expect([...memory.keys()].filter((key) => key.startsWith('zheng.draft.me.answer'))).toEqual([])
    expect(asked.at(-1)?.body).toEqual({ answers: [{ return_item_id: 'i2', text: '五口人' }] })
  })

  it('a file taken away on another phone answers nothing any more', async () => {
    memory.set('zheng.draft.me.answer.a1', JSON.stringify({ i1: { text: '', files: ['gone', 'e1'] } }))
    evidence = [{ id: 'e1', label: '照片' }]
    const made = await open()
    expect(made.given.i1!.files).toEqual(['e1'])
  })

  it('files still on their way are known', async () => {
    const made = await open()
    made.setFiles('i1', [], 2)
    expect([made.onTheWay.value, made.left.value]).toEqual([2, 2])
  })

  it('answered on the other phone meanwhile: says so, shows what became of it, keeps the words', async () => {
    const made = await open()
    made.given.i2!.text = '五口人'
    reply = refused(409, 'wrong_state', '这件申请已补正，正在审核')
    state = 'reviewing'
    expect(await made.send()).toBe(false)
    expect(made.open.value).toBe(false)
    expect(made.sendProblem.value?.message).toContain('已补正')
    expect(made.given.i2!.text).toBe('五口人')
  })

  it('says that a full phone kept nothing', async () => {
    const made = await open()
    Object.assign(uni, { setStorageSync: () => { throw new Error('QuotaExceededError') } })
    made.given.i2!.text = '五口人'
    await Promise.resolve()
    expect(made.kept.value).toBe(false)
  })
})

describe('what is sent', () => {
  it('words, trimmed; an item answered by a file alone is not named', () => {
    expect(answersOf(items, { i1: { text: ' ', files: ['e1'] }, i2: { text: ' 五口人 ', files: [] } })).toEqual([{ return_item_id: 'i2', text: '五口人' }])
    expect(isAnswered(items[0]!, undefined)).toBe(false)
    expect(isAnswered({ kind: 'bring_original' }, { text: '周五带去', files: [] })).toBe(true)
  })
})
