import { describe, expect, it, vi } from 'vitest'
import { createFinder, PATIENCE, REST } from '@/features/scanning/finder'
import { ScanFailed, type Frame, type Reader } from '@/platform/scan'

const frame = (): Frame => ({ width: 2, height: 1, data: new Uint8ClampedArray(8) })
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

/** Two readers that answer as told, and how often each was started and asked. */
function bench(small: () => Promise<string | null>, robust: () => Promise<string | null>) {
  const reader = (read: () => Promise<string | null>) => ({ read: vi.fn(read), close: vi.fn() }) satisfies Reader
  const [one, two] = [reader(small), reader(robust)]
  const start = { small: vi.fn(() => one), robust: vi.fn(() => two) }
  const found = vi.fn()
  return { small: one, robust: two, start, found, finder: createFinder(start, found) }
}

const nothing = async () => null
const broken = () => Promise.reject(new ScanFailed())

describe('the small reader', () => {
  it('is enough when it finds the code', async () => {
    const { finder, found, start } = bench(async () => 'CODE', nothing)
    await finder.look(frame(), 0)
    expect(found).toHaveBeenCalledExactlyOnceWith('CODE')
    expect(start.robust).not.toHaveBeenCalled()
  })

  it('has a second to itself', async () => {
    const { finder, start } = bench(nothing, async () => 'CODE')
    await finder.look(frame(), 0)
    await finder.look(frame(), PATIENCE - 1)
    expect(start.robust).not.toHaveBeenCalled()
  })

  it('gets its second again after a code, and after a pause', async () => {
    let text: string | null = null
    const { finder, robust } = bench(async () => text, nothing)
    await finder.look(frame(), 0)
    text = 'CODE'
    await finder.look(frame(), 500)
    text = null
    await finder.look(frame(), 1400)
    await finder.look(frame(), 2300)
    expect(robust.read).not.toHaveBeenCalled()
    finder.fresh()
    await finder.look(frame(), 9000)
    expect(robust.read).not.toHaveBeenCalled()
  })
})

describe('the robust reader', () => {
  it('is fetched after a second of failing, and finds what the small one does not', async () => {
    const { finder, found, small, robust } = bench(nothing, async () => 'CODE')
    await finder.look(frame(), 0)
    await finder.look(frame(), PATIENCE)
    await settled()
    expect(robust.read).toHaveBeenCalledOnce()
    expect(small.read).toHaveBeenCalledTimes(2)
    expect(found).toHaveBeenCalledExactlyOnceWith('CODE')
  })

  it('gets one picture at a time, its own bytes, and does not hold up the small one', async () => {
    const waiting: ((text: string) => void)[] = []
    const { finder, robust, small } = bench(nothing, () => new Promise((resolve) => waiting.push(resolve)))
    for (const now of [0, 1000, 1100, 1200]) await finder.look(frame(), now)
    expect([robust.read.mock.calls.length, small.read.mock.calls.length]).toEqual([1, 4])
    const [mine, other] = [robust.read.mock.calls[0] as unknown as [Frame], small.read.mock.calls[1] as unknown as [Frame]]
    expect(mine[0].data.buffer).not.toBe(other[0].data.buffer)
    waiting[0]!('CODE')
  })

  it('whose answer comes after the small one found something tells nothing more', async () => {
    let [text, answer]: [string | null, (text: string) => void] = [null, () => undefined]
    const { finder, found } = bench(async () => text, () => new Promise((resolve) => (answer = resolve)))
    await finder.look(frame(), 0)
    await finder.look(frame(), 1000)
    text = 'SMALL'
    await finder.look(frame(), 1100)
    answer('ROBUST')
    await settled()
    expect(found.mock.calls).toEqual([['SMALL']])
  })

  it('that does not load is left alone for a while, then tried again', async () => {
    const { finder, robust } = bench(nothing, broken)
    await finder.look(frame(), 0)
    for (const now of [1000, 1200, 1000 + REST - 1]) {
      await finder.look(frame(), now)
      await settled()
    }
    expect(robust.read).toHaveBeenCalledOnce()
    await finder.look(frame(), 1000 + REST)
    expect(robust.read).toHaveBeenCalledTimes(2)
  })

  it('does the work alone when the small one does not load', async () => {
    const { finder, found, small } = bench(broken, async () => 'CODE')
    for (const now of [0, 500, 1000]) await finder.look(frame(), now)
    await settled()
    expect(small.read).toHaveBeenCalledOnce()
    expect(found).toHaveBeenCalledExactlyOnceWith('CODE')
  })
})

it('closing ends both threads, and what they still say is not told', async () => {
  let answer: (text: string) => void = () => undefined
  const { finder, found, small, robust } = bench(nothing, () => new Promise((resolve) => (answer = resolve)))
  await finder.look(frame(), 0)
  await finder.look(frame(), 1000)
  finder.close()
  answer('LATE')
  await settled()
  expect([small.close.mock.calls.length, robust.close.mock.calls.length]).toEqual([1, 1])
  expect(found).not.toHaveBeenCalled()
})
