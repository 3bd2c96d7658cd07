import { describe, expect, it } from 'vitest'
import { characterOf, createWedge, type Heard } from '@/features/scanning/wedge'

const CODE = 'HTTPS://ZHENG.EXAMPLE.CN/S/26531904077'

interface Typing {
  every: number
  inField?: boolean
  enterAfter?: number
  end?: string
}

/** Types a text at a pace and ends it; what was heard last. */
function typed(text: string, { every, inField = false, enterAfter = every, end = 'Enter' }: Typing): Heard {
  const hear = createWedge()
  let at = 1000
  for (const key of text) hear({ key, at: (at += every), inField, modified: false })
  return hear({ key: end, at: at + enterAfter, inField, modified: false })
}

describe('a hand scanner', () => {
  it.each([0, 2, 15, 60])('is heard at %i ms a key, with every character', (every) => {
    expect(typed(CODE, { every })).toEqual({ what: 'scan', text: CODE })
  })

  it('is heard in a field too, and with a Tab for an Enter', () => {
    expect(typed(CODE, { every: 10, inField: true, end: 'Tab' })).toEqual({ what: 'scan', text: CODE })
  })

  it('may wait before its Enter, but not for ever', () => {
    expect(typed(CODE, { every: 5, enterAfter: 450 }).what).toBe('scan')
    expect(typed(CODE, { every: 5, enterAfter: 900 }).what).toBe('nothing')
  })

  it('loses nothing to the Shift it sends for capitals and colons', () => {
    const hear = createWedge()
    let at = 0
    for (const key of 'AB:C') {
      hear({ key: 'Shift', at: ++at, inField: false, modified: false })
      hear({ key, at: ++at, inField: false, modified: false })
    }
    expect(hear({ key: 'Enter', at: ++at, inField: false, modified: false })).toEqual({ what: 'scan', text: 'AB:C' })
  })

  it('two scans in a row are two scans', () => {
    const hear = createWedge()
    let at = 0
    const scan = (text: string) => {
      for (const key of text) hear({ key, at: (at += 3), inField: false, modified: false })
      return hear({ key: 'Enter', at: (at += 3), inField: false, modified: false }).text
    }
    expect([scan('11112222'), scan('33334444')]).toEqual(['11112222', '33334444'])
  })

  it.each([[false, 1400], [true, 280]])('stumbles without losing a digit (in a field: %s, %i ms)', (inField, stumble) => {
    const hear = createWedge()
    let at = 0
    for (const [index, key] of [...CODE].entries()) hear({ key, at: (at += index === 12 ? stumble : 5), inField, modified: false })
    expect(hear({ key: 'Enter', at: at + 5, inField, modified: false })).toEqual({ what: 'scan', text: CODE })
  })

  it('tells of a running scan, so that a space presses no button', () => {
    const hear = createWedge()
    const heard = [...'BEGIN VCARD'].map((key, index) => hear({ key, at: index * 4, inField: false, modified: false }).what)
    expect(heard[0]).toBe('first')
    expect(heard.at(-1)).toBe('burst')
  })
})

describe('a person', () => {
  it.each([90, 160, 400])('typing into a field at %i ms a key is no scanner', (every) => {
    expect(typed('gongzufang shenqing', { every, inField: true }).what).toBe('nothing')
  })

  it('who rolls over a few keys quickly in a field is no scanner', () => {
    expect(typed('asdfgh', { every: 12, inField: true }).what).toBe('nothing')
  })

  it('who types, pauses, and lets a scanner go on, gives only the scan', () => {
    const hear = createWedge()
    for (const [index, key] of [...'abc'].entries()) hear({ key, at: index * 300, inField: false, modified: false })
    let at = 5000
    for (const key of CODE) hear({ key, at: (at += 4), inField: false, modified: false })
    expect(hear({ key: 'Enter', at: at + 4, inField: false, modified: false })).toEqual({ what: 'scan', text: CODE })
  })

  it('who holds a key down, uses a short cut or presses Enter alone is no scanner', () => {
    const hear = createWedge()
    for (let at = 0; at < 600; at += 30) hear({ key: 'a', at, inField: false, modified: at > 0 })
    expect(hear({ key: 'Enter', at: 610, inField: false, modified: false }).what).toBe('nothing')
    expect(hear({ key: 'Enter', at: 700, inField: false, modified: false }).what).toBe('nothing')
  })
})

describe('while a Chinese input method is on', () => {
  const behind = (code: string, shiftKey = false) => characterOf({ key: 'Process', code, shiftKey })
  it('the place of the key tells the character', () => {
    expect([behind('Digit7'), behind('Numpad3'), behind('KeyH', true), behind('KeyH'), behind('Semicolon', true), behind('Slash'), behind('Enter')]).toEqual(
      ['7', '3', 'H', 'h', ':', '/', 'Enter'],
    )
  })
  it('a key that tells its character is believed', () => {
    expect(characterOf({ key: 'Q', code: 'KeyA', shiftKey: true })).toBe('Q')
  })
})
