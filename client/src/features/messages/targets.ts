/** What a message opens: the very thing it speaks of, in the hat that has to do with it. */
import type { Parameters } from '@/navigation'
import { hats, type RouteName } from '@/routes'

export interface Target {
  route: RouteName
  parameters: Parameters
}

/** Pages by the server's name of a target. */
const OWN: Record<string, RouteName> = {
  application: 'application',
  certificate: 'walletItem',
  complaint: 'complaint',
  acting_consent: 'people',
  correction: 'data',
  devices: 'devices',
  identity: 'realName',
}

/** The same, where the message is a task of an office (its kind begins with `todo`). */
const OFFICE: Record<string, RouteName> = {
  application: 'caseFile',
  certificate: 'issuedOne',
  organisation: 'absence',
}

/** @returns null when there is nothing to open on a phone, as a task that is done at a desk's computer */
export function targetOf(kind: string, id: string | null | undefined, task: boolean): Target | null {
  const office = task || !(kind in OWN)
  if (office && !hats().includes('committee')) return null
  const route = office ? OFFICE[kind] : OWN[kind]
  return route ? { route, parameters: id ? { id } : {} } : null
}
