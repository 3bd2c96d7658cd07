import { ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { useRows, type Chapter } from './rows'

export type SearchKind = 'name' | 'id_number' | 'certificate_number'

export const SEARCH_KINDS: { value: SearchKind; words: string }[] = [
  { value: 'name', words: '姓名' },
  { value: 'id_number', words: '证件号码' },
  { value: 'certificate_number', words: '文号' },
]

/** What the words look like, so that the person need not say: a number of 15 to 18 signs, a certificate's number, or a name. */
export function kindOf(words: string): SearchKind {
  const bare = words.replace(/\s/g, '')
  if (/^\d{14,17}[\dXx]$/.test(bare) || /^[A-Z]\d{7,}$/i.test(bare)) return 'id_number'
  return /[〔〕号]/.test(bare) && /\d/.test(bare) ? 'certificate_number' : 'name'
}

/** Applications of the area found by a whole name, ID number or certificate number. */
export function useSearch() {
  const words = ref('')
  const kind = ref<SearchKind>('name')
  const fault = ref('')
  const asked = ref('')
  const book = shallowRef<Chapter<Schema<'ApplicationRow'>>[]>([])
  const rows = useRows(
    async (cursor) =>
      (await api.post('/mp/v1/committee/inbox/search', { body: { kind: kind.value, words: asked.value, cursor: cursor ?? null, limit: 50 } })) as Schema<'ApplicationRows'>,
    book,
  )

  function typed(value: string): void {
    words.value = value
    fault.value = ''
    if (value.trim()) kind.value = kindOf(value)
  }

  async function search(): Promise<void> {
    const whole = kind.value === 'certificate_number' ? words.value.trim() : words.value.replace(/\s/g, '')
    if (!whole) {
      fault.value = '请写完整的姓名、证件号码或文号'
      return
    }
    asked.value = whole
    book.value = []
    await rows.restart()
  }

  function clear(): void {
    words.value = asked.value = fault.value = ''
    book.value = []
  }

  return { words, kind, fault, asked, rows, typed, search, clear }
}
