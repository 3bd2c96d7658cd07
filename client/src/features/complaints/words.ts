/** Complaints (投诉) in words: what may be complained of from where, and how its states look. */
import type { Schema } from '@/api/types'
import type { IconName } from '@/ui/icons'
import type { Tone } from '@/ui/NoticeBox.vue'

export type About = Schema<'NewComplaint'>['about']
export type Kind = Schema<'NewComplaint'>['kind']

const KINDS: Record<Kind, { words: string; note: string }> = {
  application: { words: '对办理过程有意见', note: '拖得太久、态度不好、改错了内容' },
  refusal: { words: '对不予出具的决定不服', note: '由上级乡镇（街道）来看' },
  outside_list: { words: '被要求开清单以外的证明', note: '转给司法局，不该开的不让开' },
  not_me: { words: '这次查看不是我', note: '不是我给人看的，也不知道是谁看的' },
}

/** Which kinds the server takes from where. */
const FROM: Record<About, readonly Kind[]> = {
  application: ['application', 'outside_list'],
  look: ['not_me'],
  certificate: ['application'],
}

export const kindWords = (kind: Kind) => KINDS[kind].words

/** What can be chosen; a refusal may be complained of only where there is one, which the page that leads here knows. */
export function choices(about: About, wanted: Kind): { value: Kind; words: string; note: string }[] {
  const kinds = wanted === 'refusal' && about === 'application' ? (['refusal', ...FROM.application] as const) : FROM[about]
  return kinds.map((kind) => ({ value: kind, ...KINDS[kind] }))
}

export function stateLook(state: Schema<'Complaint'>['state']): { words: string; tone: Tone; icon: IconName } {
  return {
    open: { words: '等待答复', tone: 'news' as const, icon: 'clock' as const },
    answered: { words: '已答复', tone: 'good' as const, icon: 'check' as const },
    withdrawn: { words: '已撤回', tone: 'past' as const, icon: 'back' as const },
  }[state]
}
