/**
 * Which reader looks at the camera's pictures: the small one always; the robust one, which must be fetched first, only
 * when the small one has found nothing for a second, and again after each code found.
 */
import { ScanFailed, type Frame, type Reader } from '@/platform/scan'

export const PATIENCE = 1000
/** After a reader did not load, how long before it is tried again (the small one likewise). */
export const REST = 15_000

export interface Finder {
  /** Looks at one picture. Whatever is found, at once or later, goes to `found`. */
  look: (frame: Frame, now: number) => Promise<void>
  /** A new beginning: the small reader gets its second again. */
  fresh: () => void
  close: () => void
}

interface Readers {
  small: () => Reader
  robust: () => Reader
}

export function createFinder(readers: Readers, found: (text: string) => void): Finder {
  let [small, robust]: [Reader | null, Reader | null] = [null, null]
  let failingSince: number | null = null
  let busy = false
  let [smallFrom, robustFrom] = [0, 0]
  let turn = 0

  function take(text: string | null, mine: number): void {
    if (!text || mine !== turn) return
    fresh()
    found(text)
  }

  async function lookHarder(frame: Frame, now: number): Promise<void> {
    busy = true
    const mine = turn
    try {
      robust ??= readers.robust()
      take(await robust.read(frame), mine)
    } catch (thrown) {
      if (!(thrown instanceof ScanFailed)) throw thrown
      robustFrom = now + REST
    } finally {
      busy = false
    }
  }

  async function look(frame: Frame, now: number): Promise<void> {
    const mine = turn
    failingSince ??= now
    const tired = now - failingSince >= PATIENCE && !busy && now >= robustFrom
    // The reader takes the picture's bytes with it.
    const copy = tired ? { ...frame, data: frame.data.slice() } : null
    if (copy) void lookHarder(copy, now)
    if (now >= smallFrom) take(await lookQuickly(frame, now), mine)
  }

  /** A small reader that does not load leaves the work to the robust one for a while. */
  async function lookQuickly(frame: Frame, now: number): Promise<string | null> {
    try {
      small ??= readers.small()
      return await small.read(frame)
    } catch (thrown) {
      if (!(thrown instanceof ScanFailed)) throw thrown
      smallFrom = now + REST
      return null
    }
  }

  function fresh(): void {
    turn += 1
    failingSince = null
  }

  function close(): void {
    fresh()
    small?.close()
    robust?.close()
    small = robust = null
  }

  return { look, fresh, close }
}
