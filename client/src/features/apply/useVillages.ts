import { ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { locate, NotLocated, type Position } from '@/platform/location'
import * as storage from '@/platform/storage'
import { api } from '@/request'
import { session } from '@/session'
import { usePages } from '@/use/pages'

export type Committee = Schema<'Committee'>

const PAUSE = 400
const RECENT = 'zheng.cache.recent-villages'
const MOST_RECENT = 3
const ADDRESS = /[省市县区镇乡街道村].*([村组号湾垸]|社区)/

/** Whether somebody typed an address (住址) rather than a name or its initials. */
export function looksLikeAddress(text: string): boolean {
  return text.length >= 6 && ADDRESS.test(text) && !text.includes(' ')
}

/** What a hint and the words typed ask the server. */
export function queryOf(words: string, position: Position | null, asAddress: boolean) {
  if (position) return position
  if (!words) return { suggested: true }
  return asAddress ? { address: words, suggested: true } : { words, suggested: true }
}

/** The villages somebody chose before on this phone. */
export function recentVillages(): Committee[] {
  return storage.read<Committee[]>(RECENT) ?? []
}

export function rememberVillage(village: Committee): void {
  const others = recentVillages().filter((one) => one.id !== village.id)
  storage.write(RECENT, [village, ...others].slice(0, MOST_RECENT))
}

/** Finding a committee by its name, its initials, an address, or where one stands; one's home county first. */
export function useVillages() {
  const words = ref('')
  const understood = ref('')
  const position = shallowRef<Position | null>(null)
  const locating = ref(false)
  const locationFault = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  const found = usePages(async (cursor) => {
    const text = words.value.trim()
    const first = await ask(text, looksLikeAddress(text), cursor)
    // The other reading, when the first finds nothing: a short address, or a long name.
    if (first.items.length || !text || position.value || cursor) return first
    return ask(text, !looksLikeAddress(text), cursor)
  })

  async function ask(text: string, asAddress: boolean, cursor: string | undefined) {
    const answer = await api.get('/mp/v1/organisations', { query: { ...queryOf(text, position.value, asAddress), cursor, limit: 10 } })
    understood.value = answer.understood?.advice ?? ''
    return answer
  }

  function typed(text: string): void {
    words.value = text.slice(0, 60)
    position.value = null
    locationFault.value = ''
    clearTimeout(timer)
    timer = setTimeout(() => void search(), PAUSE)
  }

  /** Without words only those know where to begin whose home county we know: a list of all villages helps nobody. */
  async function search(): Promise<void> {
    clearTimeout(timer)
    if (words.value.trim() || position.value || session.me?.person) await found.reload()
  }

  async function nearMe(): Promise<void> {
    if (locating.value) return
    locating.value = true
    locationFault.value = ''
    try {
      position.value = await locate()
      words.value = ''
      await found.reload()
    } catch (thrown) {
      if (!(thrown instanceof NotLocated)) throw thrown
      locationFault.value = thrown.why === 'refused' ? '没有允许使用位置。可以在上面写村名；或到手机设置里允许后再试。' : '手机没有定到位。请在上面写村名。'
    } finally {
      locating.value = false
    }
  }

  return { words, understood, position, locating, locationFault, found, typed, search, nearMe }
}
