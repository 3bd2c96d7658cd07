import { ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { session } from '@/session'
import * as storage from '@/platform/storage'
import { asProblem, type Problem } from '@/problem'
import { useLoad } from '@/use/load'

export type ConsentKind = Schema<'GiveConsent'>['kind']
export type ConsentText = Schema<'ConsentText'>

/** Read and agreed to on this phone before anybody was logged in: the version, given to the server after log-in. */
const READ_HERE = 'zheng.privacy-read'

/** The texts of the law's separate consents (单独同意): public, kept on the phone. */
export function useConsentTexts() {
  const loaded = useLoad(() => api.get('/mp/v1/me/consents/texts'), 'consent-texts')
  const textOf = (kind: ConsentKind) => loaded.data.value?.items?.find((text) => text.kind === kind) ?? null
  return { ...loaded, textOf }
}

/** The version of the privacy rules read and agreed to on this phone; empty when none was. */
export function privacyReadHere(): string {
  return storage.read<string>(READ_HERE) ?? ''
}

export function rememberPrivacyRead(version: string): void {
  storage.write(READ_HERE, version)
}

/** Tells the server what was agreed to before log-in. A text renewed meanwhile is asked again by the privacy page. */
export async function handInPrivacyRead(): Promise<void> {
  const version = privacyReadHere()
  if (version && session.loggedIn) await giveConsent('privacy_policy', version)
}

export function giveConsent(kind: ConsentKind, version: string): Promise<Schema<'ConsentState'>> {
  return api.post('/mp/v1/me/consents', { body: { kind, text_version: version } })
}

/** One consent, asked where it is first needed: whether it stands, its text, and giving it. */
export function useConsent(kind: ConsentKind) {
  const state = shallowRef<Schema<'ConsentState'> | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)

  async function look(): Promise<void> {
    try {
      const { items } = await api.get('/mp/v1/me/consents')
      state.value = items?.find((one) => one.kind === kind) ?? null
      problem.value = null
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  /** @returns whether it now stands */
  async function agree(): Promise<boolean> {
    if (busy.value || !state.value) return false
    busy.value = true
    try {
      state.value = await giveConsent(kind, state.value.version as string)
      problem.value = null
    } catch (thrown) {
      problem.value = asProblem(thrown)
      if (problem.value.code === 'old_consent_text') await look()
    } finally {
      busy.value = false
    }
    return Boolean(state.value?.given)
  }

  return { state, problem, busy, look, agree }
}
