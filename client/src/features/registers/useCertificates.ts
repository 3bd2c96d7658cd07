import { ref, shallowRef } from 'vue'
import { useRows, type Chapter } from '@/features/inbox/rows'
import { api } from '@/request'
import { askOf, type Certificate, type STATES } from './standing'

/** The certificates of one's area, newest first, narrowed by a whole number or by state. */
export function useCertificates() {
  const words = ref('')
  const asked = ref('')
  const state = ref<(typeof STATES)[number]['value']>('')
  const book = shallowRef<Chapter<Certificate>[]>([])
  const rows = useRows<Certificate>(
    (cursor) => api.get('/mp/v1/committee/certificates', { query: { ...askOf(asked.value), state: state.value || undefined, cursor, limit: 50 } }),
    book,
    // What was looked for is nobody's business later; only the plain list stays.
    () => (asked.value || state.value ? '' : 'certificates'),
  )

  async function search(): Promise<void> {
    asked.value = words.value
    book.value = []
    await rows.restart()
  }

  async function choose(next: (typeof STATES)[number]['value']): Promise<void> {
    state.value = next
    await search()
  }

  return { words, asked, state, rows, search, choose }
}
