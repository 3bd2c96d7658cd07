import { computed, ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { useEvidence } from '@/features/evidence/useEvidence'
import { api } from '@/request'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { besides, FILES, localDrafts, type Fields } from './drafts'
import { firstOpen, lacking, stepOfField, stepsFor, type StepName } from './steps'
import { useDraft } from './useDraft'

/** An application or certificate that is likely the same (疑似重复). */
export interface Existing {
  id: string
  state: string
  title: string
  submitted_at: string | null
  certificate_id: string | null
  certificate_number: string | null
}

export interface Entry {
  local: string
  id: string
  fields: Partial<Fields>
  reason: string
}

/** The whole of applying: the draft, its questions one after the other, and handing it in. */
export function useApplying(entry: Entry) {
  const drafting = useDraft()
  const { draft } = drafting
  const key = entry.local || localDrafts().find((one) => one.id === entry.id)?.key || entry.id.slice(0, 12)
  const evidence = useEvidence(besides(key, FILES), () => draft.id)
  const items = useLoad(() => api.get('/mp/v1/catalogue/items'), 'catalogue')
  const people = useLoad(() => api.get('/mp/v1/people'), 'people-i-act-for')
  const ready = ref(false)
  const fault = ref('')
  /** While it is saved and handed in: a second tap does nothing. */
  const handing = ref(false)
  const existing = shallowRef<Existing[]>([])

  const others = computed(() => (people.data.value?.items ?? []).filter((one) => !one.waiting))
  const steps = computed(() => stepsFor(others.value.length > 0 || draft.holderId !== ''))
  const step = computed(() => (steps.value.includes(draft.step as StepName) ? (draft.step as StepName) : (steps.value[0] as StepName)))
  const number = computed(() => steps.value.indexOf(step.value) + 1)
  const item = computed(() => items.data.value?.items?.find((one) => one.code === draft.fields.item_code) ?? null)

  async function begin(): Promise<void> {
    void items.reload()
    const knowing = session.me?.acts_for.length ? people.reload() : Promise.resolve()
    await Promise.all([drafting.open(key, entry.id, entry.fields, entry.reason), knowing])
    evidence.state.evidence = drafting.application.value?.evidence ?? evidence.state.evidence
    if (!draft.step) draft.step = entry.id ? firstOpen(draft, steps.value) : (steps.value[0] as StepName)
    ready.value = true
    void evidence.run()
  }

  function show(name: StepName): void {
    fault.value = ''
    existing.value = []
    drafting.choose({ step: name })
  }

  /** On to the next question; a question answered before (the kind of certificate, from the check) is passed over. */
  function next(): void {
    fault.value = lacking(step.value, draft)
    if (fault.value) return
    const place = number.value
    const after = steps.value[place] ?? 'review'
    show(after === 'what' && !lacking('what', draft) ? (steps.value[place + 1] as StepName) : after)
    void afterSaving()
  }

  /** Files wait for the draft to have a place on the server. */
  async function afterSaving(): Promise<void> {
    if (await drafting.save()) void evidence.run()
  }

  /** One question back. @returns false at the first */
  function previous(): boolean {
    if (number.value <= 1) return false
    show(steps.value[number.value - 2] as StepName)
    return true
  }

  const submission = useAction(async (key, confirmed: boolean): Promise<Schema<'Application'>> => {
    const path = { application_id: draft.id }
    return api.post('/mp/v1/applications/{application_id}/submit', { path, key, body: { confirm_duplicate: confirmed } })
  })

  /** Hands it in. @returns the application when the server has it, in whatever state; null when something is to be done first */
  async function submit(confirmed = false): Promise<Schema<'Application'> | null> {
    const open = steps.value.find((name) => lacking(name, draft))
    if (open) {
      show(open)
      fault.value = lacking(open, draft)
      return null
    }
    if (handing.value) return null
    handing.value = true
    try {
      return (await drafting.save()) ? await handIn(confirmed) : null
    } finally {
      handing.value = false
    }
  }

  async function handIn(confirmed: boolean): Promise<Schema<'Application'> | null> {
    existing.value = []
    const done = await submission.run(confirmed)
    if (!done) handleRefusal()
    // Held back by the check: what was typed stays until the committee has it.
    else if (done.state !== 'not_needed') drafting.forget()
    return done
  }

  function handleRefusal(): void {
    const problem = submission.problem.value
    if (problem?.code === 'duplicate_found') existing.value = (problem.facts.existing as Existing[] | undefined) ?? []
    const field = Object.keys(problem?.fields ?? {})[0]
    if (field && stepOfField(field) !== 'review') {
      show(stepOfField(field))
      fault.value = problem?.fields[field] ?? ''
    }
  }

  const discard = useAction(async (key) => {
    if (draft.id) await api.post('/mp/v1/applications/{application_id}/withdraw', { path: { application_id: draft.id }, key, body: { reason: '' } })
    for (const file of [...evidence.state.files]) await evidence.remove(file.name)
    drafting.forget()
    return true
  })

  return { ...drafting, evidence, items, item, others, steps, step, number, ready, fault, handing, existing, submission, discard, begin, show, next, previous, submit }
}

export type Applying = ReturnType<typeof useApplying>
