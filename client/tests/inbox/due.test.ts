import { describe, expect, it } from 'vitest'
import { dueOf, marksOf } from '@/features/inbox/due'

const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const row = (facts: Omit<Partial<Parameters<typeof dueOf>[0]>, 'step_due_at'> & { step_due_at?: string | null }): Parameters<typeof dueOf>[0] => ({ state: 'reviewing', step_due_at: '2026-11-24T17:30:00+08:00', overdue: false, due_provisional: false, ...facts })

describe('by when a row must move on', () => {
  it.each([
    [row({}), 'wait', '今天 17:30 前'],
    [row({ step_due_at: '2026-11-26T17:30:00+08:00' }), 'good', '后天 17:30 前'],
    [row({ step_due_at: '2027-01-04T17:30:00+08:00', due_provisional: true }), 'good', '2027年1月4日 17:30 前（暂按周末推算）'],
    [row({ step_due_at: '2026-11-22T09:00:00+08:00', overdue: true }), 'stop', '已超期 2 天'],
    [row({ step_due_at: '2026-11-24T07:00:00+08:00', overdue: true }), 'stop', '已超期 3 小时'],
    [row({ step_due_at: '2026-11-24T09:59:00+08:00', overdue: true }), 'stop', '刚刚超期'],
    [row({ state: 'returned' }), 'past', '等申请人补正'],
    [row({ state: 'sealing' }), 'news', '正在签章'],
    [row({ step_due_at: null }), 'past', '没有期限'],
  ] as [Parameters<typeof dueOf>[0], string, string][])('%o', (one, tone, words) => {
    expect(dueOf(one, NOW)).toMatchObject({ tone, words })
  })

  it('says what is unusual in words, the gravest first', () => {
    expect(marksOf({ urged: true, escalated: true, necessity_open: true }).map((mark) => mark.words)).toEqual(['已报乡镇', '申请人催办', '清单疑点'])
    expect(marksOf({ urged: false, escalated: false, necessity_open: false })).toEqual([])
  })
})
