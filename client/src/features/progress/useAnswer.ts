/** Answering a return: what was written and uploaded so far stays on the phone until it is sent. */
import { computed, reactive, ref, watch } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import * as storage from '@/platform/storage'
import { api } from '@/request'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { answersOf, isAnswered, type Given } from './returns'

export function useAnswer(id: () => string) {
  const { data: application, problem, rememberedAt, reload } = useLoad<Schema<'Application'>>(() =>
    api.get('/mp/v1/applications/{application_id}', { path: { application_id: id() } }),
  )
  const given = reactive<Record<string, Given>>({})
  const kept = ref(true)
  const key = () => `zheng.draft.${session.me?.account.id ?? ''}.answer.${id()}`

  async function load(): Promise<void> {
    const before = storage.read<Record<string, Given>>(key()) ?? {}
    await reload()
    for (const item of items.value) given[item.id] ??= before[item.id] ?? { text: '', files: [] }
    forgetRemoved()
  }

  /** A file taken away on another phone answers nothing any more. */
  function forgetRemoved(): void {
    const there = new Set(application.value?.evidence.map((file) => file.id))
    for (const one of Object.values(given)) one.files = one.files.filter((file) => there.has(file))
  }

  const items = computed(() => application.value?.return_items ?? [])
  const open = computed(() => Boolean(application.value?.can.some((allowed) => allowed.verb === 'answer')))
  const left = computed(() => items.value.filter((item) => !isAnswered(item, given[item.id])).length)
  /** Files chosen but not yet at the server, by item: they must arrive before the answer goes. */
  const unfinished = reactive<Record<string, number>>({})
  const onTheWay = computed(() => Object.values(unfinished).reduce((sum, count) => sum + count, 0))
  const filesKey = (item: string) => `zheng.draft.${session.me?.account.id ?? ''}.files.${id()}.${item}`

  function setFiles(item: string, ids: string[], coming: number): void {
    given[item] = { text: given[item]?.text ?? '', files: ids }
    unfinished[item] = coming
  }

  watch(given, (now) => (kept.value = storage.write(key(), now)))

  const sending = useAction((idempotency) =>
    api.post('/mp/v1/applications/{application_id}/answer', {
      path: { application_id: id() },
      body: { answers: answersOf(items.value, given) },
      key: idempotency,
    }),
  )

  /** @returns whether it went back to the committee */
  async function send(): Promise<boolean> {
    const done = await sending.run()
    if (!done) {
      // Withdrawn, expired or answered on another phone: show what became of it.
      if (sending.problem.value?.status === 409) await reload()
      return false
    }
    storage.remove(key())
    for (const item of items.value) storage.remove(filesKey(item.id))
    announce('补正已交，村里继续办理')
    return true
  }

  return { application, problem, rememberedAt, load, items, open, given, left, kept, onTheWay, filesKey, setFiles, send, busy: sending.busy, sendProblem: sending.problem }
}
