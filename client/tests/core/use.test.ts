import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/problem'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { usePages } from '@/use/pages'
import { sayDay, sayMoment, saySeconds } from '@/use/words'
import { fillStorage, memory, phoneAt } from './phone'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))
beforeEach(() => phoneAt('http://127.0.0.1'))

describe('useLoad', () => {
  it('shows what the phone remembers when there is no network, and when that was', async () => {
    await useLoad(async () => ['one'], 'things').reload()
    const later = useLoad<string[]>(() => Promise.reject(Problem.of('offline')), 'things')
    await later.reload()
    expect(later.data.value).toEqual(['one'])
    expect(later.rememberedAt.value).toBeGreaterThan(0)
    expect(later.problem.value?.trouble).toBe('offline')
  })

  it('a slow old answer does not overwrite a newer one', async () => {
    const waiting: ((value: string) => void)[] = []
    const loaded = useLoad(() => new Promise<string>((resolve) => waiting.push(resolve)))
    const first = loaded.reload()
    const second = loaded.reload()
    waiting[1]!('new')
    waiting[0]!('old')
    await Promise.all([first, second])
    expect(loaded.data.value).toBe('new')
  })

  it('works on a full phone', async () => {
    fillStorage()
    const loaded = useLoad(async () => 1, 'number')
    await loaded.reload()
    expect([loaded.data.value, loaded.problem.value]).toEqual([1, null])
  })

  it('throws away what half a write left behind', async () => {
    memory.set('zheng.cache.things', '{"at": 1, "da')
    const loaded = useLoad<string>(() => Promise.reject(Problem.of('offline')), 'things')
    await loaded.reload()
    expect(loaded.data.value).toBeNull()
  })
})

describe('useAction', () => {
  it('a double tap does the thing once', async () => {
    const act = vi.fn(async () => 'done')
    const action = useAction(act)
    expect(await Promise.all([action.run(), action.run()])).toEqual(['done', null])
    expect(act).toHaveBeenCalledTimes(1)
  })

  it('keeps its key while the answer is unknown, takes a new one after an answer', async () => {
    const keys: string[] = []
    const answers = [Problem.of('timeout'), Problem.of('broken', 502), null, null]
    const action = useAction(async (key: string) => {
      keys.push(key)
      const next = answers.shift()
      if (next) throw next
    })
    for (let turn = 0; turn < 4; turn++) await action.run()
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).toBe(keys[0])
    expect(keys[3]).not.toBe(keys[0])
  })

  it('other words are another action', async () => {
    const keys: string[] = []
    const action = useAction(async (key: string, words: string) => {
      keys.push(key + words.slice(0, 0))
      throw Problem.of('timeout')
    })
    await action.run('a')
    await action.run('b')
    expect(keys[0]).not.toBe(keys[1])
  })

  it('what is not a Problem is still told in words', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const action = useAction(async () => JSON.parse('{'))
    await action.run()
    expect(action.problem.value?.code).toBe('client_fault')
  })
})

describe('usePages', () => {
  it('goes on from the cursor and starts over on reload', async () => {
    const load = vi.fn(async (cursor: string | undefined) => (cursor ? { items: [3], next_cursor: null } : { items: [1, 2], next_cursor: 'c' }))
    const pages = usePages(load)
    await pages.reload()
    await pages.more()
    expect([pages.items.value, pages.hasMore.value]).toEqual([[1, 2, 3], false])
    await pages.more()
    expect(load).toHaveBeenCalledTimes(2)
    await pages.reload()
    expect(pages.items.value).toEqual([1, 2])
  })

  it('a page that fails leaves the others standing and can be asked again', async () => {
    let fails = true
    const pages = usePages(async (cursor) => {
      if (cursor && fails) throw Problem.of('offline')
      return { items: [cursor ?? 'first'], next_cursor: cursor ? null : 'c' }
    })
    await pages.reload()
    await pages.more()
    expect([pages.items.value, pages.moreProblem.value?.trouble]).toEqual([['first'], 'offline'])
    fails = false
    await pages.more()
    expect(pages.items.value).toEqual(['first', 'c'])
  })
})

describe('dates as people say them', () => {
  const now = Date.parse('2026-11-24T10:00:00+08:00')
  it.each([
    ['2026-11-24T09:05:00+08:00', '今天 09:05'],
    ['2026-11-23T15:20:00+08:00', '昨天 15:20'],
    ['2026-11-22T16:30:00Z', '昨天 00:30'],
    ['2026-11-25T09:00:00+08:00', '明天 09:00'],
    ['2026-11-28T17:00:00+08:00', '11月28日（周六） 17:00'],
    ['2026-10-01T08:00:00+08:00', '10月1日 08:00'],
    ['2025-12-31T08:00:00+08:00', '2025年12月31日 08:00'],
    ['nonsense', 'nonsense'],
    [null, ''],
  ])('%s is %s', (moment, words) => expect(sayMoment(moment, now)).toBe(words))

  it.each([['2026-11-24', '今天'], ['2027-05-23', '2027年5月23日'], ['', '']])('%s is %s', (day, words) =>
    expect(sayDay(day, now)).toBe(words),
  )

  it.each([[59.2, '1分'], [5, '5秒'], [61, '1分1秒'], [-3, '0秒']])('%d seconds are %s', (seconds, words) =>
    expect(saySeconds(seconds)).toBe(words),
  )
})
