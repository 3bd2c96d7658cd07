/** Which part of a very long list stands on the page: whole chunks of rows, the rest held open by two measured gaps. */

/** Rows in a chunk. */
export const CHUNK = 12
/** Chunks on the page at once: 60 rows, whatever was loaded. */
export const MOST_CHUNKS = 5
const FIRST_GUESS = CHUNK * 120

export interface Stretch {
  /** First chunk on the page, and the one after the last. */
  from: number
  to: number
  /** Pixels above and below them. */
  before: number
  after: number
}

/**
 * @param heights measured heights of chunks, by index, as far as they were ever on the page
 * @param rows how many rows there are
 * @param top pixels of the list above the screen's upper edge (negative when it begins below it)
 * @param view height of the screen in pixels
 */
export function stretchOf(heights: readonly (number | undefined)[], rows: number, top: number, view: number): Stretch {
  const chunks = Math.ceil(rows / CHUNK)
  const guess = averageOf(heights)
  const height = (index: number) => heights[index] ?? guess
  let first = 0
  let above = 0
  while (first < chunks - 1 && above + height(first) <= top) above += height(first++)
  let last = first
  let reached = above + height(first)
  while (last < chunks - 1 && reached < top + view) reached += height(++last)
  // One chunk beyond each edge, so that a tab key or a swipe never meets emptiness.
  const from = Math.max(0, first - 1)
  const to = Math.min(chunks, last + 2, from + MOST_CHUNKS)
  return { from, to, before: sum(height, 0, from), after: sum(height, to, chunks) }
}

function averageOf(heights: readonly (number | undefined)[]): number {
  const known = heights.filter((height): height is number => Boolean(height))
  return known.length ? known.reduce((total, height) => total + height, 0) / known.length : FIRST_GUESS
}

function sum(height: (index: number) => number, from: number, to: number): number {
  let total = 0
  for (let index = from; index < to; index++) total += height(index)
  return Math.round(total)
}
