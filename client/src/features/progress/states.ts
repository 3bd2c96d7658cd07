/** How the states of an application look, and what the person can do in each: colour, icon and word together. */
import type { Schema } from '@/api/types'
import type { IconName } from '@/ui/icons'
import type { Tone } from '@/ui/NoticeBox.vue'

export type State = Schema<'Application'>['state']

const LOOKS: Record<State, { tone: Tone; icon: IconName }> = {
  draft: { tone: 'past', icon: 'edit' },
  not_needed: { tone: 'news', icon: 'question' },
  submitted: { tone: 'news', icon: 'clock' },
  reviewing: { tone: 'news', icon: 'clock' },
  returned: { tone: 'wait', icon: 'warning' },
  refusing: { tone: 'news', icon: 'clock' },
  approving: { tone: 'news', icon: 'clock' },
  sealing: { tone: 'news', icon: 'seal' },
  issued: { tone: 'good', icon: 'check' },
  refused: { tone: 'stop', icon: 'cross' },
  withdrawn: { tone: 'past', icon: 'back' },
  expired: { tone: 'past', icon: 'pause' },
}

export function lookOf(state: State, overdue = false): { tone: Tone; icon: IconName } {
  return overdue ? { tone: 'stop', icon: 'warning' } : LOOKS[state]
}

/** States that wait for the person, not for an office. */
const MINE: readonly State[] = ['draft', 'not_needed', 'returned']
const OVER: readonly State[] = ['issued', 'refused', 'withdrawn', 'expired']

export const waitsForMe = (state: State) => MINE.includes(state)
export const isOver = (state: State) => OVER.includes(state)

/** The line under a row's title: who has it, and by when. */
export function rowNote(row: Pick<Schema<'ApplicationRow'>, 'state' | 'who_has_it' | 'due_words' | 'organisation_name' | 'certificate_number'>): string {
  if (row.state === 'issued') return [row.organisation_name, row.certificate_number].filter(Boolean).join(' · ')
  if (isOver(row.state)) return row.organisation_name
  return [waitsForMe(row.state) ? '' : `现在在：${row.who_has_it}`, row.due_words].filter(Boolean).join('\n')
}

/** Whose affair it is, said where it is not the reader's own. */
export function whose(isMine: boolean, holder: string): string {
  return isMine ? '' : `${holder}的（您代办）`
}
