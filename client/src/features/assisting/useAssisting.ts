import { computed, reactive, ref, watch } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import * as handling from '@/features/handling/calls'
import { idNumberFault, normaliseIdNumber } from '@/features/identity/idNumber'
import { nameFault, normaliseName } from '@/features/identity/personName'
import * as storage from '@/platform/storage'
import { api } from '@/request'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

export type Fields = Omit<Schema<'DraftSave'>, 'organisation_id' | 'row_version'> & { title: string; purpose: string; receiver: string; words: string; receiver_in_city: boolean }

const EMPTY: Fields = { item_code: null, title: '', purpose: '', receiver: '', receiver_in_city: true, words: '', contact_phone: null }

/** What the form still lacks, field by field. */
export function lacking(fields: Fields): Record<string, string> {
  const needed: [keyof Fields, string][] = [
    ['title', '请选择或写上证明的名称'],
    ['purpose', '请写用途'],
    ['receiver', '请写交给哪个单位'],
    ['words', '请写要证明什么，照本人的话写'],
  ]
  return Object.fromEntries(needed.filter(([name]) => !String(fields[name] ?? '').trim()))
}

/** Applying for somebody without a phone (代办): who, what, their consent, and handing it in. */
export function useAssisting(id: () => string, organisation: () => string) {
  const file = useLoad(() => handling.read(id()))
  const items = useLoad(() => api.get('/mp/v1/catalogue/items'), 'catalogue.items')
  const person = reactive({ name: '', number: '' })
  const fields = reactive<Fields>({ ...EMPTY })
  const faults = ref<Record<string, string>>({})
  /** Equal applications or certificates already there, shown before handing in all the same. */
  const twins = ref<Schema<'OtherApplication'>[]>([])
  const kept = ref(true)
  const one = computed(() => file.data.value)
  const key = () => `zheng.draft.${session.me?.account.id ?? ''}.assist.${id()}`
  let taken = false
  const can = (verb: string) => (one.value?.can ?? []).some((allowed) => allowed.verb === verb)

  const path = () => ({ application_id: id() })
  const starting = useAction((key: string, body: Schema<'AssistedDraft'>) => api.post('/mp/v1/committee/applications', { body, key }))
  const saving = useAction((key: string, body: Schema<'DraftSave'>) => api.put('/mp/v1/committee/applications/{application_id}/draft', { path: path(), body, key }))
  const submitting = useAction((key: string, confirm: boolean) =>
    api.post('/mp/v1/committee/applications/{application_id}/submit', { path: path(), body: { confirm_duplicate: confirm }, key }),
  )
  const disputing = useAction((key: string, reason: string) =>
    api.post('/mp/v1/committee/applications/{application_id}/dispute', { path: path(), body: { reason, confirm_duplicate: true }, key }),
  )
  const revising = useAction((key: string) => api.post('/mp/v1/committee/applications/{application_id}/revise', { path: path(), key }))
  const answering = useAction((key: string, answers: Schema<'ReturnAnswer'>[]) =>
    api.post('/mp/v1/committee/applications/{application_id}/answer', { path: path(), body: { answers }, key }),
  )

  async function load(): Promise<void> {
    void items.reload()
    if (!id()) return
    await file.reload()
    // Coming back from the camera or another app must not undo what is being typed.
    if (one.value && !taken) take(one.value, storage.read<Fields>(key()))
  }

  /** @param typed what was typed on this phone and is not on the server yet */
  function take(found: handling.Case, typed: Fields | null = null): void {
    file.data.value = found
    taken = true
    Object.assign(fields, {
      item_code: found.item_code, title: found.title, purpose: found.purpose, receiver: found.receiver,
      receiver_in_city: found.receiver_in_city, words: found.words, contact_phone: null, ...typed,
    })
  }

  watch(fields, (now) => {
    if (taken && id()) kept.value = storage.write(key(), now)
  })

  function chooseItem(code: string): void {
    const item = items.data.value?.items.find((each) => each.code === code)
    fields.item_code = item?.code ?? null
    if (item) fields.title = item.title
  }

  /** @returns the new draft's id, or empty when something is wrong with what was typed */
  async function begin(): Promise<string> {
    const [name, number] = [nameFault(person.name), idNumberFault(person.number)]
    faults.value = { ...(name ? { name } : {}), ...(number ? { number } : {}) }
    if (name || number) return ''
    const body = { ...EMPTY, name: normaliseName(person.name), id_number: normaliseIdNumber(person.number), organisation_id: organisation() }
    const draft = await starting.run(body)
    if (draft) take(draft)
    return draft?.id ?? ''
  }

  /** @returns whether the server has what is typed */
  async function save(): Promise<boolean> {
    if (!one.value) return false
    const body = { ...fields, organisation_id: one.value.organisation.id, row_version: one.value.row_version }
    const saved = await saving.run(body)
    if (!saved) {
      if (saving.problem.value?.status === 409) await file.reload()
      return false
    }
    file.data.value = saved
    storage.remove(key())
    return true
  }

  /** Saves and hands in; `confirmed`: the equal ones were looked at. @returns whether it is with the committee now */
  async function submit(confirmed = false): Promise<boolean> {
    faults.value = lacking(fields)
    if (Object.keys(faults.value).length || !(await save())) return false
    const done = await submitting.run(confirmed)
    twins.value = []
    if (!done) {
      if (submitting.problem.value?.code === 'duplicate_found') twins.value = (submitting.problem.value.facts.existing ?? []) as Schema<'OtherApplication'>[]
      return false
    }
    file.data.value = done
    if (done.state === 'submitted') announce('已提交，可以打印受理回执')
    return done.state === 'submitted'
  }

  async function settle(done: handling.Case | null, words: string): Promise<boolean> {
    if (!done) return false
    take(done)
    announce(words)
    return true
  }

  return {
    file, one, items, person, fields, faults, twins, kept, can, load, take, chooseItem, begin, save, submit,
    starting, saving, submitting, disputing, revising, answering,
    dispute: async (reason: string) => settle(await disputing.run(reason.trim()), '已提交，注明了为什么仍要开'),
    revise: async () => settle(await revising.run(), '改回草稿，可以重写'),
    answer: async (answers: Schema<'ReturnAnswer'>[]) => settle(await answering.run(answers), '补正完毕，继续办理'),
  }
}
