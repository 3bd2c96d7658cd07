import { computed, ref } from 'vue'
import { announce } from '@/announce'
import * as deciding from '@/features/deciding/calls'
import { usePin } from '@/features/deciding/usePin'
import { follow } from '@/features/deciding/sealing'
import { openPdf } from '@/platform/documents'
import { api } from '@/request'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import type { Certificate, Revocation } from './standing'

/** What is about to be done to it. */
export type Ending = 'revoke' | 'void' | 'supersede'

interface Told {
  ending: Ending
  reason: Revocation | ''
  words: string
  application: string
  digest: string
}

/** One certificate as the register has it: its PDF, and taking it back, voiding its number or putting another in its place. */
export function useCertificate(id: () => string) {
  const loaded = useLoad(() => api.get('/mp/v1/committee/certificates/{certificate_id}', { path: { certificate_id: id() } }))
  const told = ref<Told>({ ending: 'revoke', reason: '', words: '', application: '', digest: '' })
  const fault = ref('')
  const pin = usePin()
  const one = computed(() => loaded.data.value)

  const signs = computed(() => (session.me?.roles ?? []).some((held) => held.role === 'approver' && held.organisation_id === one.value?.organisation_id))
  const endings = computed<Ending[]>(() => {
    if (!one.value || !signs.value) return []
    if (one.value.failure) return ['void']
    return one.value.standing === 'in_force' ? ['revoke', 'supersede'] : []
  })

  const opening = useAction(async (_: string, name: string) => {
    await openPdf(`/mp/v1/committee/certificates/${id()}/pdf`, name)
    return true
  })
  const ending = useAction((key: string, secret: string, what: Told) => sent(key, id(), secret, what))

  function begin(what: Ending): void {
    told.value = { ending: what, reason: '', words: '', application: '', digest: '' }
    fault.value = ''
    ending.problem.value = null
  }

  /** Reads what would be signed in place of this one. @returns whether it may be signed */
  async function readSuccessor(application: string): Promise<deciding.Preview | null> {
    const seen = await deciding.preview(application)
    told.value = { ...told.value, application, digest: seen.digest }
    return seen
  }

  /** @returns whether all that is asked was given; then the PIN is */
  function ask(): boolean {
    const { ending: what, reason, words, application } = told.value
    fault.value =
      what === 'revoke' && !reason ? '请选择原因' : what === 'void' && words.trim().length < 2 ? '请写明作废原因，写入登记簿' : what === 'supersede' && !application ? '请选择更正用的申请' : ''
    if (!fault.value) pin.ask()
    return !fault.value
  }

  /** @returns the certificate as it stands now: for a correction, the new one */
  async function confirm(): Promise<Certificate | null> {
    if (!pin.complete.value) return null
    const done = await ending.run(pin.value.value, { ...told.value })
    pin.after(ending.problem.value)
    if (!done) {
      if (ending.problem.value?.status === 409 && !pin.unset.value) {
        pin.close()
        await loaded.reload()
      }
      return null
    }
    pin.close()
    announce({ revoke: '已吊销，立即生效', void: '文号已作废，申请退回经办人', supersede: '更正后的证明正在签章' }[told.value.ending])
    if (told.value.ending === 'supersede') void follow(done)
    await loaded.reload()
    return done
  }

  return { loaded, one, endings, told, fault, pin, opening, ending, begin, ask, confirm, readSuccessor }
}

function sent(key: string, id: string, pin: string, what: Told): Promise<Certificate> {
  const path = { certificate_id: id }
  if (what.ending === 'void') return api.post('/mp/v1/committee/certificates/{certificate_id}/void', { path, body: { pin, reason: what.words.trim() }, key })
  if (what.ending === 'supersede') {
    const body = { pin, digest: what.digest, application_id: what.application }
    return api.post('/mp/v1/committee/certificates/{certificate_id}/supersede', { path, body, key })
  }
  const body = { pin, reason_code: what.reason as Revocation, words: what.words.trim() }
  return api.post('/mp/v1/committee/certificates/{certificate_id}/revoke', { path, body, key })
}
