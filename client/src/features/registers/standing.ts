/** Where a certificate stands, by word, tone and icon; and what an approver may still do to it. */
import type { Schema } from '@/api/types'
import type { Tone } from '@/ui/NoticeBox.vue'
import type { IconName } from '@/ui/icons'

export type Certificate = Schema<'CommitteeCertificate'>
export type Revocation = Schema<'Revoke'>['reason_code']

const TONES: Record<string, { tone: Tone; icon: IconName }> = {
  in_force: { tone: 'good', icon: 'check' },
  sealing: { tone: 'news', icon: 'clock' },
  expired: { tone: 'past', icon: 'clock' },
  revoked: { tone: 'stop', icon: 'cross' },
  voided: { tone: 'stop', icon: 'cross' },
  superseded: { tone: 'wait', icon: 'refresh' },
  suspended: { tone: 'wait', icon: 'pause' },
}

export function standingTone(standing: string): { tone: Tone; icon: IconName } {
  return TONES[standing] ?? { tone: 'past', icon: 'question' }
}

export const REVOCATIONS: { value: Revocation; words: string }[] = [
  { value: 'issued_in_error', words: '签发有误' },
  { value: 'facts_changed', words: '事实已变化' },
  { value: 'obtained_by_deceit', words: '以不实材料取得' },
  { value: 'holder_request', words: '持有人申请撤销' },
  { value: 'ordered', words: '依上级机关或司法机关的决定' },
]

/** The register's states as the list can be narrowed by them. */
export const STATES: { value: '' | 'sealing' | 'issued' | 'voided' | 'revoked' | 'superseded'; words: string }[] = [
  { value: '', words: '全部' },
  { value: 'issued', words: '已出具' },
  { value: 'sealing', words: '正在签章' },
  { value: 'revoked', words: '已吊销' },
  { value: 'superseded', words: '已更正' },
  { value: 'voided', words: '已作废' },
]

/** An ID number or a certificate's number, told by its looks. */
export function askOf(words: string): { number?: string; id_number?: string } {
  const bare = words.trim()
  if (!bare) return {}
  return /^[A-Z]{0,3}\d{7,17}[\dXx]$/i.test(bare.replace(/\s/g, '')) ? { id_number: bare.replace(/\s/g, '').toUpperCase() } : { number: bare }
}
