/** What the person agreed to, each text in its version, and taking it back. */
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

export type Consent = Schema<'ConsentState'>

export function useConsents() {
  const { data, problem, rememberedAt, reload } = useLoad(() => api.get('/mp/v1/me/consents'), 'consents')
  const giving = useAction((key, kind: Consent['kind'], version: string) => api.post('/mp/v1/me/consents', { body: { kind, text_version: version }, key }))
  const withdrawing = useAction((key, kind: Consent['kind']) => api.delete('/mp/v1/me/consents/{kind}', { path: { kind }, key }))

  async function give(consent: Consent): Promise<void> {
    if (await giving.run(consent.kind, consent.version)) announce('已同意')
    // The text may have changed while it was read: show what is to be agreed to now.
    await reload()
  }

  async function withdraw(kind: Consent['kind']): Promise<void> {
    if (await withdrawing.run(kind)) announce('已撤回')
    await reload()
  }

  return { data, problem, rememberedAt, reload, give, withdraw, giving: giving.busy, giveProblem: giving.problem, withdrawing: withdrawing.busy, withdrawProblem: withdrawing.problem }
}
