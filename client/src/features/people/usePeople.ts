/** For whom I act, and who acts for me: asking, agreeing, ending it. */
import { computed, ref } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { refreshMe } from '@/features/account/leaving'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

export type Acting = Schema<'Acting'>

interface Both {
  mine: Acting[]
  helpers: Acting[]
}

export function usePeople() {
  const { data, problem, rememberedAt, reload } = useLoad<Both>(load, 'people')

  async function load(): Promise<Both> {
    const [mine, helpers] = await Promise.all([api.get('/mp/v1/people'), api.get('/mp/v1/people/helpers')])
    return { mine: mine.items, helpers: helpers.items }
  }

  const ready = computed(() => data.value !== null)
  const mine = computed(() => data.value?.mine ?? [])
  const helpers = computed(() => data.value?.helpers.filter((one) => !one.waiting) ?? [])
  const waiting = computed(() => data.value?.helpers.filter((one) => one.waiting) ?? [])

  const agreeing = useAction((key, id: string) => api.post('/mp/v1/people/consents/{consent_id}/agree', { path: { consent_id: id }, key }))
  const ending = useAction((key, id: string) => api.delete('/mp/v1/people/consents/{consent_id}', { path: { consent_id: id }, key }))

  async function agree(id: string): Promise<void> {
    if (await agreeing.run(id)) announce('已同意，对方可以替您办了')
    await reload()
  }

  async function end(id: string): Promise<void> {
    if (await ending.run(id)) announce('授权已取消，马上生效')
    await after()
  }

  /** Whom this account may act for has changed: the session must know. */
  async function after(): Promise<void> {
    await Promise.allSettled([reload(), refreshMe()])
  }

  const busy = computed(() => agreeing.busy.value || ending.busy.value)
  const actionProblem = computed(() => agreeing.problem.value ?? ending.problem.value)
  return { ready, mine, helpers, waiting, problem, rememberedAt, reload, agree, end, after, busy, actionProblem }
}

/** Asking somebody: their name and number, then the code that came to their phone. */
export function useAsking(after: () => Promise<void>) {
  const form = ref({ name: '', id_number: '', relation: '' })
  const code = ref('')
  /** The request's id once a code went out, if such a person is registered. */
  const asked = ref('')
  const words = ref('')

  const asking = useAction((key, body: Schema<'AskConsent'>) => api.post('/mp/v1/people/consents', { body, key }))
  const confirming = useAction((key, id: string, digits: string) =>
    api.post('/mp/v1/people/consents/{consent_id}/confirm', { path: { consent_id: id }, body: { code: digits }, key }),
  )
  const complete = computed(() => form.value.name.trim().length > 1 && form.value.id_number.trim().length >= 15 && form.value.relation !== '')

  async function ask(): Promise<void> {
    const { name, id_number, relation } = form.value
    const answer = await asking.run({ name: name.trim(), id_number: id_number.trim().toUpperCase(), relation: relation as Schema<'AskConsent'>['relation'], until: null })
    if (!answer) return
    asked.value = answer.id
    words.value = answer.words
    code.value = ''
  }

  /** @returns whether the authorisation holds now */
  async function confirm(): Promise<boolean> {
    const done = await confirming.run(asked.value, code.value)
    if (!done) return false
    announce('授权好了，可以替对方办了')
    reset()
    await after()
    return true
  }

  function reset(): void {
    form.value = { name: '', id_number: '', relation: '' }
    asked.value = code.value = words.value = ''
  }

  return { form, code, asked, words, complete, ask, confirm, reset, asking: asking.busy, askProblem: asking.problem, confirming: confirming.busy, confirmProblem: confirming.problem }
}
