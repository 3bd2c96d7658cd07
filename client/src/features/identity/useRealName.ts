import { computed, reactive, shallowRef, watch } from 'vue'
import type { Schema } from '@/api/types'
import { checkFace, type FaceOutcome } from '@/platform/login'
import * as storage from '@/platform/storage'
import { Problem } from '@/problem'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { fetchMe } from './useLogin'
import { idNumberFault, normaliseIdNumber } from './idNumber'
import { nameFault, normaliseName } from './personName'

export type Attempt = Schema<'IdentityAttempt'>
/** Asks to be told again how a check stands, in milliseconds. */
export const LOOK_AGAIN = 4000

/** Only the name waits on the phone for a step left half-way: an ID number is typed again rather than lying about. */
const NAME = 'zheng.cache.real-name'

/** The real-name check (实名认证): what is typed, how it stands, and the ways on. */
export function useRealName() {
  const form = reactive({ name: storage.read<string>(NAME) ?? '', number: '', touchedNumber: false, touchedName: false })
  const attempt = shallowRef<Attempt | null>(null)
  watch(() => form.name, (name) => storage.write(NAME, name))

  const faults = computed(() => ({
    name: form.touchedName ? nameFault(form.name) : '',
    // While typing, silent; with the eighteenth character, or on leaving the field, at once.
    number: form.touchedNumber || normaliseIdNumber(form.number).length >= 18 ? idNumberFault(form.number) : '',
  }))
  const ready = computed(() => !nameFault(form.name) && !idNumberFault(form.number))

  const state = useLoad(latest)
  async function latest(): Promise<Attempt | null> {
    try {
      attempt.value = await api.get('/mp/v1/auth/real-name')
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== 404) throw thrown
      attempt.value = null
    }
    await settle()
    return attempt.value
  }

  const check = useAction(async (key, name: string, number: string, version: string | null) => {
    const body = { name, id_number: number, consent_version: version }
    attempt.value = await api.post('/mp/v1/auth/real-name', { key, body, timeout: 40_000 })
    await settle()
  })
  function submit(version: string | null): Promise<void | null> {
    form.touchedName = form.touchedNumber = true
    return ready.value ? check.run(normaliseName(form.name), normaliseIdNumber(form.number), version) : Promise.resolve(null)
  }

  const desk = useAction(async (key) => {
    attempt.value = await api.post('/mp/v1/auth/real-name/desk', { key })
  })

  const face = useAction(async (key): Promise<FaceOutcome> => {
    const { verify_id } = await api.post('/mp/v1/auth/real-name/face', { key })
    const outcome = await checkFace(verify_id as string)
    // Only WeChat's own word to the server counts; what the phone says is a hint when to ask.
    if (outcome === 'done') attempt.value = await api.post('/mp/v1/auth/real-name/face/result')
    await settle()
    return outcome
  })

  async function settle(): Promise<void> {
    if (attempt.value?.state !== 'matched') return
    storage.remove(NAME)
    form.number = ''
    await fetchMe()
  }

  return { form, attempt, faults, ready, state, check, submit, desk, face }
}
