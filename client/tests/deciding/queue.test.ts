import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillPile, markDone, nextAfter, standing } from '@/features/deciding/queue'
import { logIn, office, type Office } from '../handling/office'
import { rememberMe } from '@/session'

const INBOX = 'GET /mp/v1/committee/inbox'
const page = (ids: string[], next: string | null = null) => [200, { items: ids.map((id) => ({ id })), next_cursor: next }] as [number, unknown]
const twenty = Array.from({ length: 20 }, (_, index) => `a${index + 1}`)

let server: Office
let people = 0
beforeEach(async () => {
  server = await office({ [INBOX]: page(twenty) })
  logIn([{ role: 'approver', organisation_id: 'v1' }])
  // Each test is another approver: the pile is one person's.
  rememberMe({ account: { id: `approver-${++people}` }, roles: [], acts_for: [], person: null } as never)
})
afterEach(() => server.close())

describe('twenty waiting', () => {
  it('are worked through one after another, with the place in sight', async () => {
    await fillPile()
    const seen: string[] = []
    for (let id: string | null = 'a1'; id; id = nextAfter(id)) {
      seen.push(`${standing(id).place}/${standing(id).total}`)
      markDone(id)
      server.answers(INBOX, page(twenty.filter((one) => !seen.includes(one))))
    }
    expect(seen).toEqual(twenty.map((_, index) => `${index + 1}/20`))
    expect(standing('a20').left).toBe(0)
  })

  it('come back to those that were skipped', async () => {
    await fillPile()
    expect(nextAfter('a1')).toBe('a2')
    markDone('a2')
    expect(nextAfter('a20')).toBe('a1')
    expect(standing('a1')).toEqual({ place: 1, total: 20, left: 19 })
  })

  it('keep their numbers when some are done and others come in between', async () => {
    await fillPile()
    markDone('a1')
    server.answers(INBOX, page(['b1', ...twenty.slice(1)]))
    await fillPile()
    expect(standing('a2')).toEqual({ place: 2, total: 21, left: 20 })
    expect(standing('b1').place).toBe(21)
  })

  it('leave out what somebody else decided meanwhile', async () => {
    await fillPile()
    server.answers(INBOX, page(twenty.slice(2)))
    await fillPile()
    expect(nextAfter('a1')).toBe('a3')
    expect(standing('a3').left).toBe(18)
  })

  it('take up again one that was sent back to the clerk and came anew', async () => {
    await fillPile()
    markDone('a1')
    await fillPile()
    expect(standing('a1').left).toBe(20)
  })

  it('begin from one again when all is done', async () => {
    await fillPile()
    twenty.forEach(markDone)
    server.answers(INBOX, page(['c1', 'c2']))
    await fillPile()
    expect(standing('c1')).toEqual({ place: 1, total: 2, left: 2 })
  })

  it('are read over several pages', async () => {
    server.answers(INBOX, page(twenty.slice(0, 10), 'x'), page(twenty.slice(10)))
    await fillPile()
    expect(standing('a20')).toEqual({ place: 20, total: 20, left: 20 })
  })

  it('of another person are not shown', async () => {
    await fillPile()
    rememberMe({ account: { id: 'somebody-else' }, roles: [], acts_for: [], person: null } as never)
    server.answers(INBOX, page([]))
    await fillPile()
    expect(standing('a1')).toEqual({ place: 0, total: 0, left: 0 })
    expect(nextAfter('a1')).toBeNull()
  })
})
