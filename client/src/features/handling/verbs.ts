/** What may be done with an application, as the server lists it: which is the main thing, and how each is done. */
import type { Schema } from '@/api/types'
import type { RouteName } from '@/routes'
import type { IconName } from '@/ui/icons'

type Allowed = Schema<'AllowedVerb'>

/** `page`: opens a page of its own; `words`: asks for a few words first; `tap`: done with one tap. */
export type How = { by: 'page'; route: RouteName } | { by: 'words'; label: string; hint: string; least: number } | { by: 'tap' }

interface Verb {
  icon: IconName
  how: How
}

const page = (icon: IconName, route: RouteName): Verb => ({ icon, how: { by: 'page', route } })
const words = (icon: IconName, label: string, hint: string, least: number): Verb => ({ icon, how: { by: 'words', label, hint, least } })

const VERBS: Record<string, Verb> = {
  claim: { icon: 'plus', how: { by: 'tap' } },
  approve: page('seal', 'approve'),
  refuse: page('seal', 'approve'),
  cosign: words('check', '复核意见（可不填）', '同意后，村（居）委会负责人才能签批。', 0),
  forward: { icon: 'arrow', how: { by: 'tap' } },
  overrule: words('edit', '为什么确可出具', '至少 5 个字。理由留痕，司法局每周查看。', 5),
  edit: page('edit', 'editText'),
  return: page('back', 'returnCase'),
  propose_refusal: page('cross', 'refuse'),
  transfer: page('share', 'transfer'),
  decline_cosign: words('back', '退回的意见', '写明哪里不同意，村里照此重新审核。', 2),
  send_back: words('back', '退回的意见', '写明哪里要改，经办人照此重新办理。', 2),
  save: page('edit', 'assist'),
  submit: page('arrow', 'assist'),
  dispute: page('edit', 'assist'),
  revise: page('edit', 'assist'),
  answer: page('edit', 'assist'),
  withdraw: words('leave', '撤回的原因（可不填）', '只按申请人本人的意思撤回。', 0),
}

/** The one thing this page is for now, if any; the order is that of the work. */
const MAIN = ['claim', 'approve', 'refuse', 'cosign', 'forward', 'overrule', 'answer', 'submit', 'dispute', 'save']

export interface Offer {
  verb: string
  label: string
  icon: IconName
  how: How
}

/** The main button and the others; a verb this client does not know is left to a newer one. */
export function offers(can: readonly Allowed[]): { main: Offer | null; others: Offer[] } {
  const known = can.flatMap((allowed) => {
    const verb = VERBS[allowed.verb]
    return verb ? [{ verb: allowed.verb, label: allowed.label, ...verb }] : []
  })
  const main = MAIN.map((name) => known.find((offer) => offer.verb === name)).find(Boolean) ?? null
  const assisted = main?.how.by === 'page' && main.how.route === 'assist'
  return { main, others: known.filter((offer) => offer !== main && !(assisted && offer.how.by === 'page' && offer.how.route === 'assist')) }
}
