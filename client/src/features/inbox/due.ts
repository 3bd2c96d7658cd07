/** By when a row must move on, in words, a tone and an icon. */
import type { Schema } from '@/api/types'
import type { Tone } from '@/ui/NoticeBox.vue'
import type { IconName } from '@/ui/icons'
import { sayMoment } from '@/use/words'

export interface Due {
  tone: Tone
  icon: IconName
  words: string
}

const DAY = 86_400_000
const STILL: Record<string, Due> = {
  returned: { tone: 'past', icon: 'pause', words: '等申请人补正' },
  sealing: { tone: 'news', icon: 'seal', words: '正在签章' },
  issued: { tone: 'good', icon: 'check', words: '已出具' },
  refused: { tone: 'past', icon: 'cross', words: '不予出具' },
  withdrawn: { tone: 'past', icon: 'leave', words: '已撤回' },
  expired: { tone: 'past', icon: 'clock', words: '已过期' },
}

/** `超期 2 天`, `今天 17:30 前`, `11月26日（周四） 17:30 前`, or how it ended. */
export function dueOf(row: Pick<Schema<'ApplicationRow'>, 'state' | 'step_due_at' | 'overdue' | 'due_provisional'>, now = Date.now()): Due {
  const still = STILL[row.state]
  if (still) return still
  if (!row.step_due_at) return { tone: 'past', icon: 'clock', words: '没有期限' }
  const left = Date.parse(row.step_due_at) - now
  if (row.overdue) return { tone: 'stop', icon: 'warning', words: lateness(-left) }
  const words = `${sayMoment(row.step_due_at, now)} 前${row.due_provisional ? '（暂按周末推算）' : ''}`
  return left < DAY ? { tone: 'wait', icon: 'clock', words } : { tone: 'good', icon: 'clock', words }
}

function lateness(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY)
  if (days > 0) return `已超期 ${days} 天`
  const hours = Math.floor(milliseconds / 3600_000)
  return hours > 0 ? `已超期 ${hours} 小时` : '刚刚超期'
}

/** What a row says besides: that it was urged, passed up, or clashes with a list. */
export function marksOf(row: Pick<Schema<'ApplicationRow'>, 'urged' | 'escalated' | 'necessity_open'>): Due[] {
  return [
    ...(row.escalated ? [{ tone: 'stop', icon: 'flag', words: '已报乡镇' } as const] : []),
    ...(row.urged ? [{ tone: 'wait', icon: 'bell', words: '申请人催办' } as const] : []),
    ...(row.necessity_open ? [{ tone: 'wait', icon: 'question', words: '清单疑点' } as const] : []),
  ]
}
