import { computed, onUnmounted, reactive, ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { announce } from '@/announce'
import { uniqueKey } from '@/platform/random'
import { asProblem, type Problem } from '@/problem'
import { api } from '@/request'
import { bodyOf, comparable, dropDraft, emptyDraft, FIELD_NAMES, fieldsOf, isAhead, localDrafts, readDraft, writeDraft, type DraftVillage, type Fields, type LocalDraft } from './drafts'
import { merge, type Clash } from './merging'

/** Milliseconds of quiet before what was typed goes to the server. */
export const QUIET = 1500
const RETRY = 15_000

/** Where what was typed is safe: on the server, so far only on this phone, nowhere but on this page, or in question. */
export type Safe = 'server' | 'phone' | 'page' | 'clash'

export interface Disagreement {
  clashes: Clash[]
  /** When the other phone saved, and when this one was typed on. */
  theirsAt: string
  oursAt: number
}

/** One draft being typed: kept on the phone at each letter, on the server after each pause, merged with other phones'. */
export function useDraft() {
  const draft = reactive<LocalDraft>(emptyDraft(''))
  const application = shallowRef<Schema<'Application'> | null>(null)
  const safe = ref<Safe>('phone')
  const saving = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const disagreement = shallowRef<Disagreement | null>(null)
  /** The draft is no draft any more on the server: submitted or taken back elsewhere, or over. */
  const gone = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | null = null

  onUnmounted(() => {
    clearTimeout(timer)
    if (isAhead(draft)) void save()
  })

  /** Opens what the phone has, what the server has, or both put together. */
  async function open(key: string, id: string, fresh: Partial<Fields>, reason: string): Promise<void> {
    const local = (key && readDraft(key)) || (id && localDrafts().find((one) => one.id === id)) || null
    Object.assign(draft, local ?? emptyDraft(key || id.slice(0, 12), fresh, reason))
    draft.id ||= id
    if (draft.id) await meet()
    else keep()
  }

  function keep(): void {
    draft.at = Date.now()
    const kept = writeDraft({ ...draft })
    safe.value = disagreement.value ? 'clash' : kept ? 'phone' : 'page'
  }

  /** Something was typed or chosen. */
  function change(fields: Partial<Fields>): void {
    Object.assign(draft.fields, fields)
    later(QUIET)
  }

  function choose(what: Partial<Pick<LocalDraft, 'holderId' | 'holderName' | 'village' | 'step' | 'reason'>>): void {
    Object.assign(draft, what)
    later(QUIET)
  }

  function later(milliseconds: number): void {
    keep()
    clearTimeout(timer)
    timer = setTimeout(() => void save(), milliseconds)
  }

  /** Brings the server up to what was typed. @returns whether it is */
  async function save(): Promise<boolean> {
    clearTimeout(timer)
    while (running) await running
    if (!draft.village || gone.value || disagreement.value) return false
    if (!isAhead(draft)) {
      safe.value = 'server'
      return true
    }
    running = send().finally(() => (running = null))
    await running
    return problem.value === null && !disagreement.value && !isAhead(draft)
  }

  async function send(): Promise<void> {
    saving.value = true
    try {
      await (draft.id ? update() : begin())
      problem.value = null
    } catch (thrown) {
      await failed(asProblem(thrown))
    } finally {
      saving.value = false
    }
  }

  /** Sent as it was first sent until the server has answered: a lost answer must not begin two drafts. */
  async function begin(): Promise<void> {
    const village = draft.village as DraftVillage
    draft.beginning ??= { key: uniqueKey(), fields: { ...draft.fields }, village, holderId: draft.holderId }
    writeDraft({ ...draft })
    const first = draft.beginning
    const body = { ...bodyOf(first.fields, first.village), holder_id: first.holderId || null }
    agree(await api.post('/mp/v1/applications', { key: first.key, body }), first.fields, first.village.id)
  }

  async function update(): Promise<void> {
    const fields = { ...draft.fields }
    const village = draft.village as DraftVillage
    const body = { ...bodyOf(fields, village), row_version: draft.rowVersion || null }
    agree(await api.put('/mp/v1/applications/{application_id}', { path: { application_id: draft.id }, body }), fields, village.id)
  }

  function agree(saved: Schema<'Application'>, fields: Fields, village: string): void {
    application.value = saved
    Object.assign(draft, { id: saved.id, rowVersion: saved.row_version, base: comparable(fields), baseVillage: village, beginning: null })
    const kept = writeDraft({ ...draft })
    safe.value = isAhead(draft) ? (kept ? 'phone' : 'page') : 'server'
    if (isAhead(draft)) later(QUIET)
  }

  async function failed(why: Problem): Promise<void> {
    if (draft.id && (why.status === 409 || why.status === 404)) return meet()
    problem.value = why
    if (!why.passing) draft.beginning = null
    if (why.passing) timer = setTimeout(() => void save(), RETRY)
  }

  /** Reads the server's state and puts this phone's on top of it. */
  async function meet(): Promise<void> {
    try {
      const theirs = await api.get('/mp/v1/applications/{application_id}', { path: { application_id: draft.id } })
      problem.value = null
      receive(theirs)
    } catch (thrown) {
      problem.value = asProblem(thrown)
      gone.value = problem.value.status === 404
    }
  }

  function receive(theirs: Schema<'Application'>): void {
    application.value = theirs
    gone.value = theirs.state !== 'draft'
    if (gone.value) return
    const first = draft.rowVersion === 0
    const fields = fieldsOf(theirs)
    const merged = merge(first ? fields : draft.base, first ? fields : { ...draft.fields }, fields)
    if (!first && FIELD_NAMES.some((name) => merged.fields[name] !== draft.fields[name])) announce('在另一台手机上改过的内容，已经合到一起')
    takeVillage(theirs, first)
    disagreement.value = merged.clashes.length ? { clashes: merged.clashes, theirsAt: theirs.updated_at, oursAt: draft.at } : null
    Object.assign(draft, { fields: merged.fields, base: fields, rowVersion: theirs.row_version, holderName: theirs.is_mine ? '' : (theirs.holder.name ?? '') })
    writeDraft({ ...draft })
    safe.value = disagreement.value ? 'clash' : isAhead(draft) ? 'phone' : 'server'
    if (safe.value === 'phone') later(QUIET)
  }

  function takeVillage(theirs: Schema<'Application'>, first: boolean): void {
    const there = { id: theirs.organisation.id, name: theirs.organisation.name, place: '', contact: theirs.organisation.contact }
    if (first || !draft.village || draft.village.id === draft.baseVillage) {
      draft.village = draft.village?.id === there.id ? draft.village : there
    }
    draft.baseVillage = there.id
  }

  /** The person's choice for each clash; what was not chosen stays ours. */
  function settle(theirs: (keyof Fields)[]): void {
    for (const clash of disagreement.value?.clashes ?? []) {
      if (theirs.includes(clash.field)) Object.assign(draft.fields, { [clash.field]: clash.theirs })
    }
    disagreement.value = null
    later(0)
  }

  /** Goes on with what this phone has as an application of its own. */
  function asNew(): void {
    Object.assign(draft, { id: '', rowVersion: 0, beginning: null, base: emptyDraft('').base, baseVillage: '' })
    gone.value = false
    problem.value = null
    later(0)
  }

  function forget(): void {
    clearTimeout(timer)
    dropDraft(draft.key, draft.id)
    Object.assign(draft, { base: { ...draft.fields }, baseVillage: draft.village?.id ?? '', id: draft.id || 'gone' })
  }

  const ahead = computed(() => isAhead(draft))
  return { draft, application, safe, saving, problem, disagreement, gone, ahead, open, change, choose, save, settle, asNew, forget }
}
