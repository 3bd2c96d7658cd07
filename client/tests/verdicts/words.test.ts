import { describe, expect, it, vi } from 'vitest'
import { faultWords } from '@/features/verdicts/faults'
import { scanNote, scanSummary, scanTitle, type ScanRecord } from '@/features/verdicts/useScans'
import { Problem } from '@/problem'

vi.mock('@/request', () => ({ api: {} }))

describe('why there is no verdict', () => {
  it.each(['offline', 'timeout', 'portal', 'broken'] as const)('%s: says it means neither yes nor no, and what to do', (trouble) => {
    const { title, advice } = faultWords(Problem.of(trouble))
    expect(title).not.toMatch(/有效|无效/)
    expect(advice).toMatch(/^这不代表证明有问题，也不代表没问题/)
    expect(advice).toMatch(/请/)
  })

  it('without a network there is a telephone', () => {
    const { title, advice } = faultWords(Problem.of('offline'))
    expect(title).toBe('现在没有网络，不能核验')
    expect(advice).toContain('打村（居）委会电话核实')
  })

  it('what the server refuses is said in its words; who was logged out is told', () => {
    expect(faultWords(new Problem('refused', 429, 'too_many', '查验码试得太多了')).advice).toBe('查验码试得太多了')
    expect(faultWords(new Problem('refused', 401, 'token', '请重新登录')).title).toBe('需要重新登录')
  })
})

describe("a row of today's list", () => {
  const scan: ScanRecord = {
    id: '1', at: '2026-11-24T09:05:00+08:00', verdict: '有效', reason: 'in_force', sentence: '证明真实。', colour: 'green', icon: 'check',
    number: '高新村证〔2026〕12号', matter: '公租房申请',
  }
  it('is called by its number, or by what the code was', () => {
    expect(scanTitle(scan)).toBe('高新村证〔2026〕12号')
    expect(scanTitle({ ...scan, number: '', reason: 'payment' })).toBe('收付款码')
    expect(scanTitle({ ...scan, number: '', reason: 'of_a_newer_server' })).toBe('没有文号')
  })
  it('says when and what for', () => {
    expect(scanNote(scan, Date.parse('2026-11-24T12:00:00+08:00'))).toBe('今天 09:05 · 公租房申请')
  })
  it('its summary holds no facts of the holder', () => {
    expect(scanSummary({ ...scan, number: '' }).map(({ label }) => label)).toEqual(['为办', '核验时间', '原因'])
  })
})
