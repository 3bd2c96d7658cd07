/** One thing of the wallet, asked for again while it is open: a revocation must not be learnt from the counter. */
import { computed, ref } from 'vue'
import type { Schema } from '@/api/types'
import { announce } from '@/announce'
import { openPdf } from '@/platform/documents'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { useWatching } from '@/use/watching'
import { endedWords } from './cards'

const EVERY = 20_000

export function useItem(id: () => string) {
  const { data: item, problem, loading, rememberedAt, reload: load } = useLoad<Schema<'WalletDetail'>>(
    () => api.get('/mp/v1/wallet/{item_id}', { path: { item_id: id() } }),
    () => `item.${id()}`,
  )
  /** Set when the state changed under the reader's eyes: what it was called before. */
  const changedFrom = ref('')

  async function reload(): Promise<void> {
    const before = item.value
    await load()
    const now = item.value
    if (!before || !now || before.id !== now.id || before.state === now.state) return
    changedFrom.value = before.state_name
    announce(now.state === 'in_force' ? '证明已盖章，可以用了' : `注意：这份证明现在${now.state_name}`, 10_000)
  }

  const { watch, rest } = useWatching(reload, EVERY)

  const opening = useAction(async () => {
    if (item.value?.pdf_path) await openPdf(item.value.pdf_path, item.value.number || item.value.title)
    return true
  })

  const ended = computed(() => (item.value ? endedWords(item.value.state) : ''))
  return { item, problem, loading, rememberedAt, reload, watch, rest, changedFrom, ended, openPdf: () => opening.run(), opening: opening.busy, pdfProblem: opening.problem }
}
