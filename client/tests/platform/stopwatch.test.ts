import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

let elapsed: () => number

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T01:00:00Z') })
  vi.stubGlobal('performance', undefined)
  vi.resetModules()
  elapsed = (await import('@/platform/stopwatch')).elapsed
  elapsed()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Asked every second, as whoever counts down does. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    vi.setSystemTime(Date.now() + 1000)
    elapsed()
  }
}

describe('time passed, where the platform has no steady clock', () => {
  it('goes with the seconds', () => {
    const before = elapsed()
    pass(60)
    expect(elapsed() - before).toBe(60_000)
  })
  it.each([3 * 3600_000, -3 * 3600_000])('a clock set by %d ms counts as one second at most', (leap) => {
    const before = elapsed()
    pass(10)
    vi.setSystemTime(Date.now() + leap)
    pass(10)
    const passed = elapsed() - before
    expect(passed).toBeGreaterThanOrEqual(20_000 - 1000)
    expect(passed).toBeLessThanOrEqual(20_000 + 1000)
  })
})
