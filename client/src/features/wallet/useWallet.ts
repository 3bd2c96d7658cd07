/** What the person holds and what they keep for others, newest first; one of these people alone when chosen. */
import { computed, ref } from 'vue'
import { api } from '@/request'
import { session } from '@/session'
import { useLoad } from '@/use/load'
import { usePages } from '@/use/pages'
import type { Card } from './cards'

export interface Holder {
  value: string
  words: string
}

export function useWallet() {
  const holder = ref('')
  // Only the whole wallet is remembered: a choice must not take the rest away from the phone.
  const pages = usePages<Card>(
    (cursor) => api.get('/mp/v1/wallet', { query: { cursor, limit: 30, holder_id: holder.value || undefined } }),
    () => (holder.value ? '' : 'wallet'),
  )
  const people = useLoad(() => api.get('/mp/v1/people'), 'people.mine')

  const holders = computed<Holder[]>(() => {
    const mine = session.me?.person
    const others = people.data.value?.items.filter((acting) => !acting.waiting) ?? []
    if (!mine || others.length === 0) return []
    return [{ value: '', words: '全部' }, { value: mine.id, words: '我自己的' }, ...others.map(({ person }) => ({ value: person.id, words: `${person.name}的` }))]
  })

  const reload = () => Promise.all([pages.reload(), session.me?.acts_for.length ? people.reload() : undefined]).then(() => undefined)

  async function choose(person: string): Promise<void> {
    holder.value = person
    await pages.reload()
  }

  // Without a network the phone knows the whole wallet only: it chooses by itself.
  const cards = computed(() => pages.items.value.filter((card) => !holder.value || card.holder_id === holder.value))
  const papers = computed(() => cards.value.filter((card) => card.kind === 'certificate'))
  const slips = computed(() => cards.value.filter((card) => card.kind !== 'certificate'))
  return { ...pages, cards, papers, slips, holder, holders, choose, reload }
}
