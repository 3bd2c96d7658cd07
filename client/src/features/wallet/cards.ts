/** What a thing in the wallet is, looks like, and whose it is. */
import type { Schema } from '@/api/types'
import { session } from '@/session'
import type { IconName } from '@/ui/icons'
import { sayDay } from '@/use/words'

export type Card = Schema<'WalletItem'>

const KINDS: Record<Card['kind'], { words: string; icon: IconName }> = {
  certificate: { words: '证明', icon: 'seal' },
  receipt: { words: '受理回执', icon: 'file' },
  correction_notice: { words: '补正通知', icon: 'edit' },
  refusal: { words: '不予出具通知', icon: 'cross' },
  notice: { words: '告知单', icon: 'file' },
}

export const kindOf = (kind: Card['kind']) => KINDS[kind]

/** Whether it belongs to the reader; before we know who reads, nothing is called another's. */
export function isMine(card: Pick<Card, 'holder_id'>): boolean {
  const person = session.me?.person
  return !person || person.id === card.holder_id
}

/** Whose it is, said where it is not the reader's own. */
export function holderWords(card: Pick<Card, 'holder_id' | 'holder'>): string {
  return isMine(card) ? '' : `${card.holder}的，您代为保管`
}

export function validWords(card: Pick<Card, 'valid_until' | 'state' | 'issued_on'>): string {
  if (card.state === 'sealing') return '正在盖章，一会儿就好'
  // What is revoked, superseded or suspended is not good until any day.
  if (!card.valid_until || !['in_force', 'expired'].includes(card.state)) return `${sayDay(card.issued_on)}出具`
  return card.state === 'expired' ? `${sayDay(card.valid_until)}已到期` : `有效期到${sayDay(card.valid_until)}`
}

/** What is wrong with a thing that was good before, and what to do; empty while it is good. */
export function endedWords(state: Card['state']): string {
  return {
    revoked: '这份证明已被吊销，不能再用。原因见下面的“经过”；有疑问请打电话给村（居）委会。',
    superseded: '这份证明已有更正后的新证明，请到卡包里用新的那份。',
    suspended: '这份证明正在核查，暂时不能用。可以打电话给村（居）委会问进展。',
    expired: '这份证明已过有效期。还需要的话，可以重新申请。',
    voided: '这份文书已作废，不能使用。',
    sealing: '正在加盖电子印章，盖好后就能亮证、下载和分享。',
    in_force: '',
  }[state]
}
