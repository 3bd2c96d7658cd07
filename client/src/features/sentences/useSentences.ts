import { computed, ref } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

export type Sentence = Schema<'Sentence'>
export type SentenceKind = Sentence['kind']

export const SENTENCE_KINDS: { value: SentenceKind; words: string }[] = [
  { value: 'body_text', words: '证明正文' },
  { value: 'return_reason', words: '补正理由' },
  { value: 'refuse_reason', words: '不予出具理由' },
]

/** The sentences a village keeps itself: listed kind by kind, added, changed, put higher, taken away. */
export function useSentences(organisation: () => string) {
  const kind = ref<SentenceKind>('body_text')
  const all = useLoad(() => api.get('/mp/v1/committee/sentences', { query: { organisation_id: organisation() } }), `sentences.${organisation()}`)
  const shown = computed(() => (all.data.value?.items ?? []).filter((one) => one.kind === kind.value))

  const adding = useAction((key: string, words: string) =>
    api.post('/mp/v1/committee/sentences', { body: { organisation_id: organisation(), kind: kind.value, words, position: null }, key }),
  )
  const changing = useAction((key: string, one: Sentence, words: string, position: number | null) =>
    api.put('/mp/v1/committee/sentences/{sentence_id}', { path: { sentence_id: one.id }, body: { words, position, row_version: one.row_version }, key }),
  )
  const removing = useAction(async (key: string, id: string) => {
    await api.delete('/mp/v1/committee/sentences/{sentence_id}', { path: { sentence_id: id }, key })
    return true
  })

  async function finish(done: unknown, words: string): Promise<boolean> {
    // Read again in any case: after a refusal the list here is an old one.
    await all.reload()
    if (done) announce(words)
    return Boolean(done)
  }

  return {
    kind, all, shown, adding, changing, removing,
    add: async (words: string) => finish(await adding.run(words.trim()), '已加入常用语'),
    change: async (one: Sentence, words: string) => finish(await changing.run(one, words.trim(), null), '已改好'),
    raise: async (one: Sentence) => (one.position > 1 ? finish(await changing.run(one, one.words, one.position - 1), '已上移') : false),
    remove: async (one: Sentence) => finish(await removing.run(one.id), '已删去'),
    problem: computed(() => adding.problem.value ?? changing.problem.value ?? removing.problem.value),
    busy: computed(() => adding.busy.value || changing.busy.value || removing.busy.value),
  }
}
