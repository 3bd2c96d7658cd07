/** What was put in and taken out between two texts, as the server tells it of versions. */
import diff from 'fast-diff'

export interface Piece {
  op: 'equal' | 'insert' | 'delete'
  text: string
}

const OPS: Record<number, Piece['op']> = { [-1]: 'delete', 0: 'equal', 1: 'insert' }

export function differences(before: string, after: string): Piece[] {
  return diff(before, after, undefined, true).map(([op, text]) => ({ op: OPS[op] ?? 'equal', text }))
}

/** `加了 12 个字，删了 3 个字`; empty when nothing changed. */
export function sayDifferences(pieces: readonly Piece[]): string {
  const count = (op: Piece['op']) => pieces.filter((piece) => piece.op === op).reduce((total, piece) => total + [...piece.text].length, 0)
  const [added, removed] = [count('insert'), count('delete')]
  return [added ? `加了 ${added} 个字` : '', removed ? `删了 ${removed} 个字` : ''].filter(Boolean).join('，')
}
