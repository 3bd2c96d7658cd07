import { describe, expect, it } from 'vitest'
import { CHUNK, MOST_CHUNKS, stretchOf } from '@/ui/windowing'

const ROWS = 3000
const measured = Array.from({ length: ROWS / CHUNK }, (_, index) => 900 + (index % 7) * 60)
const whole = measured.reduce((total, height) => total + height, 0)

function edges(stretch: ReturnType<typeof stretchOf>) {
  const shown = measured.slice(stretch.from, stretch.to).reduce((total, height) => total + height, 0)
  return { top: stretch.before, bottom: stretch.before + shown, all: stretch.before + shown + stretch.after }
}

describe('a list of 3,000 rows', () => {
  it('has at most 60 of them on the page, wherever it is scrolled, on a phone and on a large screen', () => {
    for (const view of [480, 740, 1400, 2600])
      for (let top = -300; top < whole + 2000; top += 333) {
        const { from, to } = stretchOf(measured, ROWS, top, view)
        expect((to - from) * CHUNK).toBeLessThanOrEqual(60)
        expect(to).toBeGreaterThan(from)
      }
    expect(CHUNK * MOST_CHUNKS).toBeLessThanOrEqual(60)
  })

  it('never leaves a phone without rows, above or below', () => {
    for (let top = 0; top < whole - 740; top += 333) {
      const { top: first, bottom } = edges(stretchOf(measured, ROWS, top, 740))
      expect(first).toBeLessThanOrEqual(top)
      expect(bottom).toBeGreaterThanOrEqual(top + 740)
    }
  })

  it('is as high as all its rows, so that nothing jumps', () => {
    for (const top of [0, 5000, whole / 2, whole]) expect(edges(stretchOf(measured, ROWS, top, 740)).all).toBe(whole)
  })

  it('guesses heights it never measured from those it did', () => {
    const { before } = stretchOf([1000, 2000], 600, 40 * 1500 + 10, 740)
    expect(before).toBe(1000 + 2000 + 37 * 1500)
  })
})

describe('a short list', () => {
  it('stands whole, without gaps', () => {
    expect(stretchOf([], 5, -200, 740)).toEqual({ from: 0, to: 1, before: 0, after: 0 })
  })

  it('of nothing is nothing', () => {
    expect(stretchOf([], 0, 0, 740)).toMatchObject({ from: 0, to: 0, before: 0, after: 0 })
  })

  it('that became shorter while scrolled far down still shows its end', () => {
    expect(stretchOf([900, 900, 900], 20, 9000, 740)).toMatchObject({ to: 2 })
  })
})
