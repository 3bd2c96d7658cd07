/**
 * Time as it passes, in milliseconds from an arbitrary start: only differences mean anything. A wrong clock, or one
 * that is set while the app runs, changes nothing.
 */
export function elapsed(): number {
  if (typeof performance !== 'undefined' && typeof performance.now === 'function') return performance.now()
  return patched()
}

/** A step of the wall clock longer than this is a clock being set, or a phone asleep. */
const LEAP = 5_000
const TICK = 1_000
let last = 0
let passed = 0

/** Where the platform has no steady clock: the wall clock, with leaps taken out. Asked at least once a second. */
function patched(): number {
  const now = Date.now()
  const step = last === 0 ? 0 : now - last
  last = now
  passed += step < 0 || step > LEAP ? TICK : step
  return passed
}
