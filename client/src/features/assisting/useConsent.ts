import { computed, ref } from 'vue'
import { announce } from '@/announce'
import { useStepUp } from '@/features/account/useStepUp'
import type { Case } from '@/features/handling/calls'
import { normalisePhone, phoneFault } from '@/features/identity/phone'
import { api } from '@/request'
import { useAction } from '@/use/action'

/** The person's own consent (同意) to being applied for: a code they read out, or a photo of the sheet they signed. */
export function useConsent(id: () => string, settled: (now: Case) => void) {
  const phone = ref('')
  const fault = ref('')
  const path = () => ({ application_id: id() })
  const stepUp = useStepUp(async (key) => {
    await api.post('/mp/v1/committee/applications/{application_id}/consent-code', { path: path(), body: { phone: normalisePhone(phone.value) }, key })
    return { expires_in: 300, phone: normalisePhone(phone.value) }
  })
  const recording = useAction((key: string, body: { phone?: string; code?: string; evidence_id?: string }) =>
    api.post('/mp/v1/committee/applications/{application_id}/consent', { path: path(), body: { phone: null, code: null, evidence_id: null, ...body } as never, key }),
  )

  async function send(): Promise<void> {
    fault.value = phoneFault(phone.value)
    if (!fault.value) await stepUp.send()
  }

  async function finish(body: { phone?: string; code?: string; evidence_id?: string }): Promise<boolean> {
    const now = await recording.run(body)
    if (!now) return false
    settled(now)
    announce('本人同意已记录')
    return true
  }

  return {
    phone, fault, stepUp, recording, send,
    byCode: () => finish({ phone: normalisePhone(phone.value), code: stepUp.code.value }),
    bySheet: (evidence: string) => finish({ evidence_id: evidence }),
    ready: computed(() => stepUp.sentTo.value !== '' && stepUp.code.value.length === 6),
  }
}
