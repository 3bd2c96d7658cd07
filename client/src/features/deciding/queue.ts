/** The approver's pile (待签批): where one stands in it, and which is next. It lasts over pages, until it is worked off. */
import { reactive } from 'vue'
import { session } from '@/session'
import { waiting } from './calls'

const MOST_PAGES = 5

interface Pile {
  account: string
  /** In the order they are due, as they stood when the sitting began; those that came since are put at the end. */
  ids: string[]
  /** Decided, sent back or found decided by somebody else. */
  done: string[]
}

const pile = reactive<Pile>({ account: '', ids: [], done: [] })

/** Reads what waits; keeps the order and the place of a sitting under way. */
export async function fillPile(): Promise<void> {
  const account = session.me?.account.id ?? ''
  if (pile.account !== account) Object.assign(pile, { account, ids: [], done: [] })
  const found = await allWaiting()
  // A pile worked off is forgotten: the next sitting counts from one again.
  if (pile.ids.every((id) => pile.done.includes(id))) Object.assign(pile, { ids: [], done: [] })
  const gone = pile.ids.filter((id) => !found.includes(id))
  pile.done = [...new Set([...pile.done, ...gone])].filter((id) => !found.includes(id))
  pile.ids = [...pile.ids, ...found.filter((id) => !pile.ids.includes(id))]
}

async function allWaiting(): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const found = await waiting(cursor)
    ids.push(...found.items.map((row) => row.id))
    if (!found.next_cursor) break
    cursor = found.next_cursor
  }
  return ids
}

export interface Standing {
  /** From 1; 0 when it is not of this pile. */
  place: number
  total: number
  left: number
}

export function standing(id: string): Standing {
  return { place: pile.ids.indexOf(id) + 1, total: pile.ids.length, left: pile.ids.filter((one) => !pile.done.includes(one)).length }
}

export function markDone(id: string): void {
  if (!pile.done.includes(id)) pile.done.push(id)
}

/** The next one not done after this, round to those that were skipped; null when none is left. */
export function nextAfter(id: string): string | null {
  const from = pile.ids.indexOf(id) + 1
  const round = [...pile.ids.slice(from), ...pile.ids.slice(0, from)]
  return round.find((one) => one !== id && !pile.done.includes(one)) ?? null
}
