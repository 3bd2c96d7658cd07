/** Drafts on the phone: everything typed, kept at once under the account's key, also when nobody is logged in any more. */
import type { Schema } from '@/api/types'
import { uniqueKey } from '@/platform/random'
import * as storage from '@/platform/storage'
import { session } from '@/session'

/** What a person types of an application; the names are the API's. */
export interface Fields {
  item_code: string
  title: string
  purpose: string
  receiver: string
  /** `yes`, `no`, or not said yet. */
  in_city: '' | 'yes' | 'no'
  words: string
  contact_phone: string
}

export interface DraftVillage {
  id: string
  name: string
  place: string
  contact: Schema<'Contact'> | null
}

export interface Beginning {
  key: string
  fields: Fields
  village: DraftVillage
  holderId: string
}

export interface LocalDraft {
  key: string
  /** The server's id; empty before it was ever sent. */
  id: string
  /** For whom: a person acted for, with their masked name; empty for oneself. */
  holderId: string
  holderName: string
  village: DraftVillage | null
  fields: Fields
  /** What the server had when this phone last heard of it: what differs from it was typed here. */
  base: Fields
  baseVillage: string
  rowVersion: number
  /** What was sent to begin it, until the server has answered: sent again as it was, it begins no second one. */
  beginning: Beginning | null
  step: string
  /** Why it is asked for although the check says it need not be. */
  reason: string
  /** Milliseconds, when something was typed last. */
  at: number
}

export const NO_FIELDS: Fields = { item_code: '', title: '', purpose: '', receiver: '', in_city: '', words: '', contact_phone: '' }
export const LIMITS: Record<keyof Fields, number> = { item_code: 40, title: 30, purpose: 200, receiver: 60, in_city: 3, words: 2000, contact_phone: 20 }

const PREFIX = 'zheng.draft.'
/** What is kept beside a draft: its files on their way, and the application they go to once it is handed in. */
export const FILES = 'files'
const SENT = 'sent'
/** Characters nobody sees and the server refuses; line breaks stay. */
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]/g

export function newDraftKey(): string {
  return uniqueKey().slice(0, 12)
}

function place(key: string): string {
  return `${PREFIX}${session.me?.account.id ?? 'nobody'}.${key}`
}

/** Where things that belong to a draft are kept beside it. */
export function besides(key: string, what: string): string {
  return `${place(key)}.${what}`
}

export function emptyDraft(key: string, fields: Partial<Fields> = {}, reason = ''): LocalDraft {
  const all = { ...NO_FIELDS, ...fields }
  return { key, id: '', holderId: '', holderName: '', village: null, fields: all, base: { ...NO_FIELDS }, baseVillage: '', rowVersion: 0, beginning: null, step: '', reason, at: Date.now() }
}

/** @returns false when the phone has no room left */
export function writeDraft(draft: LocalDraft): boolean {
  return storage.write(place(draft.key), draft)
}

export function readDraft(key: string): LocalDraft | null {
  return storage.read<LocalDraft>(place(key))
}

/** Forgets a draft. Files still on their way stay listed, with the application they belong to. */
export function dropDraft(key: string, applicationId: string): void {
  storage.remove(place(key))
  const waiting = storage.read<unknown[]>(besides(key, FILES))?.length ?? 0
  if (waiting && applicationId) storage.write(besides(key, SENT), applicationId)
  else storage.remove(besides(key, FILES))
}

/** Forgets this phone's copy of an application that is no draft any more. */
export function dropLocal(applicationId: string): void {
  for (const draft of localDrafts()) if (draft.id === applicationId) dropDraft(draft.key, applicationId)
}

/** Files on their way to applications that were handed in already: where each list is kept, and whose it is. */
export function leftOver(): { list: string; applicationId: string; sent: string }[] {
  const own = place('')
  const keys = uni.getStorageInfoSync().keys.filter((key) => key.startsWith(own) && key.endsWith(`.${SENT}`))
  return keys.map((sent) => ({ sent, list: sent.replace(new RegExp(`${SENT}$`), FILES), applicationId: storage.read<string>(sent) ?? '' }))
}

/** This account's drafts on this phone, the last typed first. */
export function localDrafts(): LocalDraft[] {
  const own = place('')
  const keys = uni.getStorageInfoSync().keys.filter((key) => key.startsWith(own) && !key.slice(own.length).includes('.'))
  const drafts = keys.map((key) => storage.read<LocalDraft>(key)).filter((draft): draft is LocalDraft => draft?.fields !== undefined)
  return drafts.sort((one, other) => other.at - one.at)
}

/** Whether anything was typed that the server does not have. */
export function isAhead(draft: LocalDraft): boolean {
  const here = comparable(draft.fields)
  return !draft.id || draft.village?.id !== draft.baseVillage || FIELD_NAMES.some((name) => here[name] !== draft.base[name])
}

/** What of the fields the server can have: a telephone number half typed stays on the phone, or it would hold up the rest. */
export function comparable(fields: Fields): Fields {
  return { ...fields, contact_phone: /^1[3-9]\d{9}$/.test(fields.contact_phone) ? fields.contact_phone : '' }
}

export const FIELD_NAMES = Object.keys(NO_FIELDS) as (keyof Fields)[]

/** A server's application as this phone's fields. */
export function fieldsOf(application: Schema<'Application'>): Fields {
  return {
    item_code: application.item_code ?? '',
    title: application.title,
    purpose: application.purpose,
    receiver: application.receiver,
    // The server says `true` also before anybody said: only with a receiver was the question answered.
    in_city: application.receiver_in_city ? (application.receiver ? 'yes' : '') : 'no',
    words: application.words,
    contact_phone: application.contact_phone ?? '',
  }
}

/** What goes to the server. */
export function bodyOf(typed: Fields, village: DraftVillage): Omit<Schema<'DraftSave'>, 'row_version'> {
  const fields = comparable(typed)
  return {
    organisation_id: village.id,
    item_code: fields.item_code || null,
    title: clean(fields.title),
    purpose: clean(fields.purpose),
    receiver: clean(fields.receiver),
    receiver_in_city: fields.in_city !== 'no',
    words: clean(fields.words),
    contact_phone: fields.contact_phone || null,
  }
}

export function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(INVISIBLE, '')
}
