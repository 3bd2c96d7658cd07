import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyDraft } from '@/features/apply/drafts'
import { waitingFor, type Known } from '@/features/home/waiting'
import { memory, phoneAt } from '../core/phone'
import { json, serve, type TestServer } from '../core/server'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))
vi.mock('@/platform/files', () => ({ NothingPicked: class extends Error {}, pick: async () => [], keep: async () => true, kept: async () => null, forget: async () => undefined }))

const row = (id: string, state: string) => ({ id, state, title: `件${id}`, due_words: '', updated_at: '2026-11-24T09:00:00+08:00' })
const known = (some: Record<string, unknown>) => ({ applications: [], helpers: [], invitations: [], unread: 0, card: null, ...some }) as unknown as Known

describe('what waits', () => {
  it('a return first, then people, then what may wait; issued things do not stand here', () => {
    const rows = [row('1', 'draft'), row('2', 'issued'), row('3', 'returned'), row('4', 'not_needed')]
    const waiting = waitingFor(known({ applications: rows, helpers: [{ id: 'h', waiting: true, helper_name: '李*' }, { id: 'g', waiting: false }], invitations: [{ id: 'i', expired: false, organisation_name: '村', post: '文书' }, { id: 'j', expired: true }], unread: 2 }), [])
    expect(waiting.map((one) => one.key)).toEqual(['r3', 'hh', 'ii', 'n4', 'd1', 'unread'])
  })

  it('a draft on this phone and on the server is one, and one handed in elsewhere is none', () => {
    const here = { ...emptyDraft('k1', { words: '写' }), id: '1' }
    const over = { ...emptyDraft('k2', { words: '写' }), id: '3' }
    const waiting = waitingFor(known({ applications: [row('1', 'draft'), row('3', 'submitted')] }), [here, over])
    expect(waiting.map((one) => [one.key, one.parameters.local])).toEqual([['dk1', 'k1']])
  })

  it('an opened and never filled draft is not nagged about', () => {
    expect(waitingFor(known({}), [emptyDraft('k1')])).toEqual([])
  })
})

describe('the first page', () => {
  let server: TestServer
  let broken: (path: string) => boolean
  let home: typeof import('@/features/home/useHome')
  let session: typeof import('@/session')

  beforeEach(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    broken = () => false
    server = await serve((asked, response) => {
      if (broken(asked.path)) return json(response, 500, { code: 'internal' })
      if (asked.path.endsWith('/me')) return json(response, 200, { account: { id: 'a1' }, person: { id: 'p1' }, roles: [], acts_for: [] })
      if (asked.path.includes('/unread')) return json(response, 200, { unread: 3 })
      if (asked.path.includes('/wallet')) return json(response, 200, { items: [{ id: 'w0', showable: false }, { id: 'w1', showable: true }] })
      json(response, 200, { items: asked.path.includes('/applications') ? [row('1', 'returned')] : [] })
    })
    phoneAt(server.origin)
    vi.resetModules()
    session = await import('@/session')
    home = await import('@/features/home/useHome')
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await server.close()
  })

  const enter = (person: unknown = { id: 'p1' }) => {
    session.openSession({ access_token: 't', refresh_token: 'r', expires_in: 3600 })
    session.rememberMe({ account: { id: 'a1' }, person, roles: [], acts_for: [] } as never)
  }

  it('asks nothing of the server when nobody is logged in', async () => {
    await home.useHome().look()
    expect(server.asked).toHaveLength(0)
  })

  it('shows what waits and the first card that can be shown', async () => {
    enter()
    const page = home.useHome()
    await page.look()
    expect(page.waiting.value.map((one) => one.key)).toEqual(['r1', 'unread'])
    expect(page.loaded.data.value?.card?.id).toBe('w1')
  })

  it('a part that is ill leaves the others standing', async () => {
    enter()
    broken = (path) => path.includes('/wallet')
    const page = home.useHome()
    await page.look()
    expect([page.loaded.problem.value, page.waiting.value.length]).toEqual([null, 2])
  })

  it('who has just got a name sees their things at once', async () => {
    enter(null)
    const page = home.useHome()
    await page.look()
    expect(page.loaded.data.value?.applications).toHaveLength(1)
  })

  it('keeps its last state when all of it is away', async () => {
    enter()
    await home.useHome().look()
    expect([...memory.keys()]).toContain('zheng.cache.home')
    broken = () => true
    const later = home.useHome()
    await later.look()
    expect([later.waiting.value.length, later.loaded.problem.value?.trouble]).toEqual([2, 'broken'])
  })
})
