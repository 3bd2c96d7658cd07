/**
 * Tells a hand scanner (扫码枪), which types a whole code within a few hundredths of a second and then sends Enter,
 * from a person at a keyboard. Times are the keys' own time stamps, so that a busy page loses nothing.
 */
export interface Key {
  /** As KeyboardEvent.key: one character, or a name as `Enter`. */
  key: string
  /** Milliseconds. */
  at: number
  /** Whether a place to write has the focus: there a person may be typing quickly. */
  inField: boolean
  /** With Ctrl, Alt or Meta, or held down: never a scanner. */
  modified: boolean
}

/** `first`: this key may begin a scan. `burst`: a scan is running. `scan`: it is complete, `text` has every character. */
export interface Heard {
  what: 'nothing' | 'first' | 'more' | 'burst' | 'scan'
  text: string
}

interface Limits {
  /** The longest pause between two characters, and their longest mean pause. */
  gap: number
  mean: number
  shortest: number
  /** The longest pause once a scan is plainly running: wireless scanners stumble, and half a code is no code. */
  stumble: number
}

const IN_FIELD: Limits = { gap: 80, mean: 40, shortest: 8, stumble: 300 }
const ON_PAGE: Limits = { gap: 250, mean: 120, shortest: 4, stumble: 1500 }
/** So many quick characters are a scan that is running. */
const RUNNING = 8
/** Scanners take their time before the Enter. */
const BEFORE_ENTER = 500
const SILENT = new Set(['Shift', 'CapsLock', 'AltGraph', 'Dead'])
const ENDS = new Set(['Enter', 'Tab'])
const NOTHING: Heard = { what: 'nothing', text: '' }

export function createWedge(): (key: Key) => Heard {
  let text = ''
  let began = 0
  let last = 0

  function begin(key: Key): Heard {
    text = key.key
    began = last = key.at
    return { what: 'first', text }
  }

  function quick(limits: Limits): boolean {
    return text.length >= limits.shortest && last - began <= limits.mean * (text.length - 1)
  }

  function end(key: Key, limits: Limits): Heard {
    const scanned = quick(limits) && key.at - last <= BEFORE_ENTER ? text : ''
    text = ''
    return scanned ? { what: 'scan', text: scanned } : NOTHING
  }

  return function hear(key: Key): Heard {
    if (SILENT.has(key.key)) return NOTHING
    const limits = key.inField ? IN_FIELD : ON_PAGE
    if (ENDS.has(key.key) && !key.modified) return end(key, limits)
    if (key.modified || [...key.key].length !== 1) {
      text = ''
      return NOTHING
    }
    const pause = text.length >= RUNNING && quick(limits) ? limits.stumble : limits.gap
    if (text === '' || key.at - last > pause) return begin(key)
    text += key.key
    last = key.at
    return { what: quick(limits) ? 'burst' : 'more', text }
  }
}

const BY_CODE: Record<string, [plain: string, shifted: string]> = {
  Semicolon: [';', ':'],
  Slash: ['/', '?'],
  Period: ['.', '>'],
  Minus: ['-', '_'],
  Space: [' ', ' '],
}

/** The character a key stands for. While a Chinese input method is on, `key` says only `Process`: the place of the key tells. */
export function characterOf(event: { key: string; code: string; shiftKey: boolean }): string {
  if (event.key !== 'Process' && event.key !== 'Unidentified') return event.key
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)
  if (digit && !event.shiftKey) return digit[1]!
  const letter = /^Key([A-Z])$/.exec(event.code)
  if (letter) return event.shiftKey ? letter[1]! : letter[1]!.toLowerCase()
  return BY_CODE[event.code]?.[event.shiftKey ? 1 : 0] ?? (event.code.endsWith('Enter') ? 'Enter' : event.key)
}
