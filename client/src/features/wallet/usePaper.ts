/** A certificate's own text as its holder may read it in full, asked for again while it is open. */
import { computed, ref } from 'vue'
import type { Schema } from '@/api/types'
import { announce } from '@/announce'
import { api } from '@/request'
import { useLoad } from '@/use/load'
import { useWatching } from '@/use/watching'

const EVERY = 20_000

export function usePaper(id: () => string) {
  const { data: paper, problem, rememberedAt, reload: load } = useLoad<Schema<'HeldCertificate'>>(
    () => api.get('/mp/v1/certificates/{certificate_id}', { path: { certificate_id: id() } }),
    () => `paper.${id()}`,
  )
  const changed = ref(false)

  async function reload(): Promise<void> {
    const before = paper.value
    await load()
    if (!before || !paper.value || before.standing === paper.value.standing) return
    changed.value = true
    announce(`注意：这份证明现在${paper.value.standing_name}`, 10_000)
  }

  const { watch, rest } = useWatching(reload, EVERY)

  const paragraphs = computed(() => (paper.value?.body ?? '').split('\n').filter((line) => line.trim() !== ''))
  /** Only what is in force may go out of the house as a print. */
  const good = computed(() => paper.value?.standing === 'in_force')
  return { paper, paragraphs, good, problem, rememberedAt, reload, watch, rest, changed }
}
