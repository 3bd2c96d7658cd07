/** What the counter checks papers for (事项): chosen once, kept over many scans; the holder sees it. */
import { ref } from 'vue'
import * as storage from '@/platform/storage'

const KEY = 'zheng.cache.counter.matters'
const MOST_RECENT = 5
export const LONGEST_MATTER = 60

interface Kept {
  chosen: string
  recent: string[]
}

const tidy = (words: string) => words.replace(/\s+/g, ' ').trim().slice(0, LONGEST_MATTER)

/** The latest first, each once. */
export function withRecent(recent: string[], matter: string): string[] {
  return [matter, ...recent.filter((one) => one !== matter)].slice(0, MOST_RECENT)
}

/** The matter of this phone's scans; forgotten at log-out with the rest of the cache. */
export function useMatter() {
  const kept = storage.read<Kept>(KEY)
  const chosen = ref(kept?.chosen ?? '')
  const recent = ref(kept?.recent ?? [])

  /** @returns whether the words were enough to choose */
  function choose(words: string): boolean {
    const matter = tidy(words)
    if (!matter) return false
    chosen.value = matter
    recent.value = withRecent(recent.value, matter)
    storage.write(KEY, { chosen: matter, recent: recent.value } satisfies Kept)
    return true
  }

  function change(): void {
    chosen.value = ''
  }

  return { chosen, recent, choose, change }
}
