/** Short words that appear for a moment and are read out: what was done, never what went wrong (that stays on the page). */
import { reactive } from 'vue'

export const announcement = reactive({ words: '', serial: 0 })

let timer: ReturnType<typeof setTimeout> | undefined

export function announce(words: string, milliseconds = 4000): void {
  announcement.words = words
  announcement.serial += 1
  clearTimeout(timer)
  timer = setTimeout(() => (announcement.words = ''), milliseconds)
}
