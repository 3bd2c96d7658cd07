import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useInbox } from '@/features/inbox/useInbox'
import { useSearch } from '@/features/inbox/useSearch'
import { logIn, office, type Office } from '../handling/office'
import { rememberMe } from '@/session'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const INBOX = 'GET /mp/v1/committee/inbox'
const tab = (key: string, count: number | null = 1) => ({ key, name: key, count })
const row = (id: string) => ({ id, title: '证明', holder_name: '王**', state: 'submitted' })

let server: Office
beforeEach(async () => {
  server = await office({
    'GET /mp/v1/committee/inbox/tabs': [200, { items: [tab('unclaimed'), tab('mine', 0), tab('to_sign', 4), tab('overdue', 0), tab('done', null)] }],
    'GET /mp/v1/staff/roles': [200, { items: [{ organisation_id: 'v1', organisation_name: '柏树村', organisation_kind: 'committee', in_force: true }] }],
    [INBOX]: [200, { items: [row('a1'), row('a2')], next_cursor: null }],
  })
  // Somebody else was here before: their place is not this person's.
  rememberMe({ account: { id: 'nobody' }, roles: [], acts_for: [], person: null } as never)
  useInbox()
  logIn([{ role: 'clerk', organisation_id: 'v1' }, { role: 'approver', organisation_id: 'v1' }])
})
afterEach(() => server.close())

const asked = () => server.asked.filter((one) => one.path.startsWith('/mp/v1/committee/inbox?')).map((one) => one.path.split('?')[1])

describe('the inbox', () => {
  it('opens where work waits, in the role that was worn last', async () => {
    const inbox = useInbox()
    await inbox.come()
    expect([inbox.role.value, inbox.tab.value, inbox.tabs.value.map((one) => one.key)]).toEqual(['clerk', 'unclaimed', ['unclaimed', 'mine', 'overdue', 'done']])
    await inbox.chooseRole('approver')
    expect([inbox.tab.value, inbox.rows.value.items.value.length]).toEqual(['to_sign', 2])
    expect(useInbox().role.value).toBe('approver')
    expect(asked()).toEqual(['tab=unclaimed&limit=50', 'tab=to_sign&limit=50'])
  })

  it('keeps tab, rows, heights and scroll when the page is made anew', async () => {
    const before = useInbox()
    await before.come()
    await before.choose('mine')
    before.scrolled(1234)
    before.shelf.value.heights[0] = 900
    const after = useInbox()
    expect([after.tab.value, after.shelf.value.top, after.shelf.value.heights, after.rows.value.items.value.length]).toEqual(['mine', 1234, [900], 2])
  })

  it('reads the opened row again on coming back, though it left the tab', async () => {
    const inbox = useInbox()
    await inbox.come()
    inbox.opened('a1')
    server.answers(INBOX, [200, { items: [row('a2')], next_cursor: null }])
    await inbox.come()
    expect(inbox.rows.value.items.value.map((one) => one.id)).toEqual(['a2'])
  })

  it('of another person begins anew', async () => {
    const inbox = useInbox()
    await inbox.come()
    inbox.scrolled(500)
    rememberMe({ account: { id: 'account-2' }, roles: [{ role: 'clerk', organisation_id: 'v1', post: '' }], acts_for: [], person: null } as never)
    const theirs = useInbox()
    expect([theirs.tab.value, theirs.rows.value.ready.value]).toEqual(['', false])
  })

  it('narrows to one village', async () => {
    const inbox = useInbox()
    await inbox.come()
    await inbox.chooseVillage('v1')
    expect(asked().at(-1)).toBe('tab=unclaimed&limit=50&organisation_id=v1')
  })
})

describe('searching', () => {
  const SEARCH = 'POST /mp/v1/committee/inbox/search'

  it('sends the whole value in the body, where no log sees it', async () => {
    server.answers(SEARCH, [200, { items: [row('a1')], next_cursor: null }])
    const search = useSearch()
    await search.search()
    expect([search.fault.value, server.sent(SEARCH)]).toEqual(['请写完整的姓名、证件号码或文号', []])
    search.typed('421224 19880612 401X')
    await search.search()
    expect(server.sent(SEARCH)).toEqual([{ kind: 'id_number', words: '42122419880612401X', cursor: null, limit: 50 }])
    expect(server.asked.every((one) => !one.path.includes('421224'))).toBe(true)
    expect(search.rows.items.value).toHaveLength(1)
    search.clear()
    expect(search.rows.items.value).toEqual([])
  })
})
