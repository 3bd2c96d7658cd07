/** The committee's roles one person may hold at once, and which tabs of the inbox each works in. */
import { session } from '@/session'

export type CommitteeRole = 'clerk' | 'approver' | 'town_reviewer'

export const ROLE_WORDS: Record<CommitteeRole, string> = { clerk: '经办', approver: '签批', town_reviewer: '复核' }

const OWN_TABS: Record<CommitteeRole, string[]> = {
  clerk: ['unclaimed', 'mine'],
  approver: ['to_sign'],
  town_reviewer: ['to_cosign'],
}

const EVERYBODYS = ['overdue', 'returned', 'done']

/** Those the person holds today, in the order of the work. */
export function rolesHeld(): CommitteeRole[] {
  const held = session.me?.roles.map((role) => role.role) ?? []
  return (Object.keys(ROLE_WORDS) as CommitteeRole[]).filter((role) => held.includes(role))
}

/** Where the person holds a role; with no role named, any of the committee's. */
export function officesOf(role?: CommitteeRole): string[] {
  const wanted: string[] = role ? [role] : Object.keys(ROLE_WORDS)
  return [...new Set((session.me?.roles ?? []).filter((held) => wanted.includes(held.role)).map((held) => held.organisation_id))]
}

/** Of the server's tabs, those this role works in. */
export function tabsFor<T extends { key: string }>(role: CommitteeRole, tabs: readonly T[]): T[] {
  return tabs.filter((tab) => OWN_TABS[role].includes(tab.key) || EVERYBODYS.includes(tab.key))
}

/** The tab to begin with: the first of the role's own where something waits, else its first. */
export function firstTab(role: CommitteeRole | undefined, tabs: readonly { key: string; count?: number | null }[]): string {
  const own = role ? tabs.filter((tab) => OWN_TABS[role].includes(tab.key)) : tabs
  return (own.find((tab) => (tab.count ?? 0) > 0) ?? own[0] ?? tabs[0])?.key ?? 'unclaimed'
}
