/** A code held before the camera is seen many times; within a breath of its last sight it is not sent again. */
export const BREATH = 2500

export interface Breath {
  /** Whether this text is to be sent now. */
  admit: (text: string, now: number) => boolean
  /** The next sight counts again: the last sending came to nothing. */
  forget: () => void
}

export function createBreath(): Breath {
  let last = ''
  let seen = 0
  return {
    admit(text, now) {
      const again = text === last && now - seen < BREATH
      last = text
      seen = now
      return !again
    },
    forget() {
      last = ''
    },
  }
}
