import { ref } from 'vue'
import { api } from '@/request'
import { usePages } from '@/use/pages'

/** Villages and communities found by name, initials or address. */
export function useVillages() {
  const words = ref('')
  const asked = ref('')
  const found = usePages((cursor) => api.get('/mp/v1/organisations', { query: { words: asked.value, cursor, limit: 20 } }))

  async function search(): Promise<void> {
    asked.value = words.value.trim()
    if (asked.value) await found.reload()
  }

  return { words, asked, found, search }
}
