import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { announcement } from '@/announce'
import { useApplication, useTextChanges } from '@/features/progress/useApplication'
import { useProgress } from '@/features/progress/useProgress'
import { rowNote, whose } from '@/features/progress/states'
import { asked, mounted, phone, refused, serve, type Reply } from '../platform/memory-server'

vi.mock('vue', async (original) => {
  const vue = await original<typeof import('vue')>()
  return { ...vue, onUnmounted: vue.onScopeDispose }
})
vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('../platform/memory-server')).exchange,
}))

let network: 'there' | 'offline' = 'there'
let can = [{ verb: 'urge', label: '催办', pin: false }]
let state = 'reviewing'
let acting: Reply = { body: { id: 'a1' } }

beforeEach(() => {
  vi.useFakeTimers()
  phone()
  network = 'there'
  can = [{ verb: 'urge', label: '催办', pin: false }, { verb: 'withdraw', label: '撤回', pin: false }]
  state = 'reviewing'
  acting = { body: { id: 'a1' } }
  serve(({ method, path }) => {
    if (network === 'offline') return 'offline'
    if (method === 'POST') return acting
    if (path.endsWith('/timeline')) return { body: { steps: [{ at: '1', verb: 'submit' }, { at: '2', verb: 'edit' }] } }
    if (path.endsWith('/changes')) return { body: { items: [{ serial: 1, changes: [] }] } }
    return { body: { id: path.split('/').pop(), state, can, return_items: [] } }
  })
})
afterEach(() => vi.useRealTimers())

const opened = async (id = 'a1') => {
  const { made } = mounted(() => useApplication(() => id))
  const loading = made.reload()
  await vi.advanceTimersByTimeAsync(5_000)
  await loading
  return made
}

describe('one application', () => {
  it('offers only what the server allows, the newest step first', async () => {
    const made = await opened()
    expect([made.may('urge'), made.may('answer')]).toEqual([true, false])
    expect(made.steps.value.map((step) => step.verb)).toEqual(['edit', 'submit'])
  })

  it('urged today already: says why, keeps what is there, and asks anew what can be done', async () => {
    const made = await opened()
    acting = refused(409, 'urged_today', '今天已经催过了，明天可以再催一次')
    can = [{ verb: 'withdraw', label: '撤回', pin: false }]
    expect(await made.urge()).toBe(false)
    expect(made.actionProblem.value?.message).toContain('明天可以再催')
    expect([made.may('urge'), made.may('withdraw')]).toEqual([false, true])
  })

  it('withdrawn too late, as it was issued meanwhile: shows what became of it', async () => {
    const made = await opened()
    acting = refused(409, 'wrong_state', '证明已经出具，不能撤回')
    state = 'issued'
    expect(await made.withdraw('不办了')).toBe(false)
    expect(made.application.value?.state).toBe('issued')
  })

  it('withdraws with the words given, and says that it is done', async () => {
    const made = await opened()
    expect(await made.withdraw('不办了')).toBe(true)
    expect(asked.find((one) => one.path.endsWith('/withdraw'))?.body).toEqual({ reason: '不办了' })
    expect(announcement.words).toBe('已撤回')
  })

  it('an urge whose answer was lost is sent again under the same key', async () => {
    const made = await opened()
    acting = 'timeout'
    const first = made.urge()
    await vi.advanceTimersByTimeAsync(10_000)
    await first
    acting = { body: {} }
    await made.urge()
    expect(new Set(asked.filter((one) => one.path.endsWith('/urge')).map((one) => one.key)).size).toBe(1)
  })

  it('without a network each application shows its own last state', async () => {
    await opened('a1')
    network = 'offline'
    const again = await opened('a1')
    expect([again.application.value?.id, again.rememberedAt.value > 0]).toEqual(['a1', true])
    expect((await opened('a2')).application.value).toBeNull()
  })
})

describe('the changes of the text', () => {
  it('are asked for when opened, and say when they cannot come', async () => {
    const changes = mounted(() => useTextChanges(() => 'a1')).made
    expect(asked).toHaveLength(0)
    await changes.toggle()
    expect(changes.versions.value).toHaveLength(1)
    await changes.toggle()
    network = 'offline'
    const again = changes.toggle()
    await vi.advanceTimersByTimeAsync(5_000)
    await again
    expect(changes.problem.value?.trouble).toBe('offline')
  })
})

describe('the list', () => {
  it('what waits for the person stands apart, in the server\'s order', async () => {
    serve(() => ({ body: { items: [{ id: '1', state: 'reviewing' }, { id: '2', state: 'returned' }, { id: '3', state: 'issued' }, { id: '4', state: 'draft' }], next_cursor: null } }))
    const { made } = mounted(useProgress)
    await made.reload()
    expect(made.waiting.value.map((row) => row.id)).toEqual(['2', '4'])
    expect(made.others.value.map((row) => row.id)).toEqual(['1', '3'])
  })
  it('says who has it while it runs, the number once issued, and whose it is only when another\'s', () => {
    const row = { state: 'reviewing' as const, who_has_it: '柏树村村委会文书', due_words: '预计后天办结', organisation_name: '柏树村', certificate_number: null }
    expect(rowNote(row)).toBe('现在在：柏树村村委会文书\n预计后天办结')
    expect(rowNote({ ...row, state: 'issued', certificate_number: '1号' })).toBe('柏树村 · 1号')
    expect([whose(true, '张*'), whose(false, '王*')]).toEqual(['', '王*的（您代办）'])
  })
})
