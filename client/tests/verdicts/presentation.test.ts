import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { circumstances, ICONS, isVerdict, LOOKS, REASONS, reasonWords, spoken, TONES, type Verdict, type Word } from '@/features/verdicts/presentation'
import { SIGNALS } from '@/features/verdicts/signals'

vi.mock('@/platform/sound', () => ({ play: vi.fn(), vibrate: vi.fn(), wakeSound: vi.fn() }))

const SCHEMA = readFileSync(path.resolve(__dirname, '../../src/api/schema.d.ts'), 'utf8')
const VERDICT = /\n {8}Verdict: \{[\s\S]*?\n {8}\};/.exec(SCHEMA)![0]

/** The values the server may give for a field of its verdict. */
function allowed(field: string): string[] {
  const line = new RegExp(`\\n {12}${field}: (".*);`).exec(VERDICT)![1]!
  return [...line.matchAll(/"([^"]+)"/g)].map((found) => found[1]!).sort()
}

const sample: Verdict = {
  word: '有效',
  reason: 'in_force',
  sentence: '证明真实，现在有效。请核对持证人本人和身份证件后办理。',
  colour: 'green',
  icon: 'check',
  kind: 'show',
  scope: 'name',
  purpose: '子女入学报名',
  facts: [],
  replaced_by_url: '',
  checked_at: '2026-11-24T09:00:00+08:00',
}

describe('everything the server may answer has its place', () => {
  it('words, colours, icons and reasons, none missing and none too many', () => {
    expect(Object.keys(LOOKS).sort()).toEqual(allowed('word'))
    expect(Object.keys(TONES).sort()).toEqual(allowed('colour'))
    expect(Object.keys(ICONS).sort()).toEqual(allowed('icon'))
    expect(Object.keys(REASONS).sort()).toEqual(allowed('reason'))
  })

  it('every reason has words of its own', () => {
    const words = Object.values(REASONS)
    expect(words.every((one) => /[\u4e00-\u9fff]/.test(one))).toBe(true)
    expect(reasonWords('of_a_newer_server')).toBe('')
  })

  it('no two words share colour and icon: what is seen differs without reading', () => {
    const looks = Object.values(LOOKS).map((look) => `${look.colour} ${look.icon}`)
    expect(new Set(looks).size).toBe(looks.length)
  })
})

describe('only 有效 looks, sounds and reads like a yes', () => {
  const others = (Object.keys(LOOKS) as Word[]).filter((word) => word !== '有效')
  it.each(others)('%s does not', (word) => {
    expect(LOOKS[word].colour).not.toBe('green')
    expect(LOOKS[word].icon).not.toBe('check')
    expect(LOOKS[word].signal).not.toBe('good')
    expect(LOOKS[word].may).not.toBe('可以采用')
  })

  it('the good sound rises, the bad one falls and is lower, and they are felt differently', () => {
    const hertz = (name: keyof typeof SIGNALS) => SIGNALS[name].beeps.map((beep) => beep.hertz)
    expect(hertz('good')).toEqual([...hertz('good')].sort((a, b) => a - b))
    expect(hertz('stop')).toEqual([...hertz('stop')].sort((a, b) => b - a))
    expect(Math.max(...hertz('stop'))).toBeLessThan(Math.min(...hertz('good')))
    expect(new Set(Object.values(SIGNALS).map(({ shakes }) => shakes.join())).size).toBe(Object.keys(SIGNALS).length)
  })

  it('is known within a second', () => {
    for (const { beeps } of Object.values(SIGNALS)) for (const beep of beeps) expect(beep.from + beep.lasts).toBeLessThanOrEqual(1)
  })
})

describe('what counts as a verdict', () => {
  it('a whole one', () => expect(isVerdict(sample)).toBe(true))
  it('a reason this app does not know yet', () => expect(isVerdict({ ...sample, reason: 'brand_new' })).toBe(true))
  it.each([
    ['nothing', null],
    ['words', '有效'],
    ['half of one', { word: '有效', colour: 'green' }],
    ['one without its facts', { ...sample, facts: undefined }],
    ['one that does not say when', { ...sample, checked_at: '' }],
    ['a word nobody knows', { ...sample, word: '也许有效' }],
    ['a green that is revoked', { ...sample, word: '已吊销' }],
    ['a 有效 in red', { ...sample, colour: 'red' }],
    ['a word of every object', { ...sample, word: 'toString' }],
  ])('not %s', (_, answer) => expect(isVerdict(answer)).toBe(false))
})

it('is read out word first, then whether to go on, then what to do', () => {
  expect(spoken(sample)).toBe('有效，可以采用。证明真实，现在有效。请核对持证人本人和身份证件后办理。')
})

it('says what was scanned, how much was shown and what for; leaves out what it does not know', () => {
  expect(circumstances(sample).map(({ value }) => value)).toEqual(['亮证码', '姓名和是否有效', '子女入学报名'])
  expect(circumstances({ ...sample, kind: 'payment', scope: '', purpose: '' })).toEqual([])
})
