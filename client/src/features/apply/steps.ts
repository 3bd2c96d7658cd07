/** The questions of an application, one a screen, and whether each is answered. */
import { nameLength } from '@/features/identity/personName'
import { phoneFault } from '@/features/identity/phone'
import { LIMITS, type LocalDraft } from './drafts'

export type StepName = 'who' | 'village' | 'what' | 'purpose' | 'receiver' | 'words' | 'phone' | 'evidence' | 'review'

export const STEPS: StepName[] = ['who', 'village', 'what', 'purpose', 'receiver', 'words', 'phone', 'evidence', 'review']

/** What a step still lacks, in words; empty when one may go on. */
export function lacking(step: StepName, draft: LocalDraft): string {
  const { fields } = draft
  switch (step) {
    case 'village':
      return draft.village ? '' : '请选择出证明的村（社区）'
    case 'what':
      return filled(fields.title, '请选一项，或写上证明的名称', LIMITS.title)
    case 'purpose':
      return filled(fields.purpose, '请写办什么事要用', LIMITS.purpose)
    case 'receiver':
      return filled(fields.receiver, '请写交给哪个单位', LIMITS.receiver) || (fields.in_city ? '' : '请选这个单位在不在咸宁市')
    case 'words':
      return filled(fields.words, '请写清要证明的事', LIMITS.words)
    case 'phone':
      return fields.contact_phone ? phoneFault(fields.contact_phone) : ''
    default:
      return ''
  }
}

function filled(text: string, words: string, most: number): string {
  if (!text.trim()) return words
  return nameLength(text) > most ? `太长了，最多 ${most} 个字` : ''
}

/** The steps of this person: nobody to act for, no question for whom. */
export function stepsFor(actsForOthers: boolean): StepName[] {
  return actsForOthers ? STEPS : STEPS.filter((step) => step !== 'who')
}

/** Where to go on: the first question without an answer, else the review. */
export function firstOpen(draft: LocalDraft, steps: StepName[]): StepName {
  return steps.find((step) => lacking(step, draft) !== '') ?? 'review'
}

/** The step in which the server's field is typed. */
export function stepOfField(field: string): StepName {
  const steps: Record<string, StepName> = { title: 'what', item_code: 'what', purpose: 'purpose', receiver: 'receiver', words: 'words', contact_phone: 'phone', organisation_id: 'village' }
  return steps[field] ?? 'review'
}
