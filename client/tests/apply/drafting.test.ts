import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerResponse } from 'node:http'
import { fillStorage, memory, phoneAt } from '../core/phone'
import { json, serve, type Asked, type TestServer } from '../core/server'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))
vi.mock('@/platform/files', () => ({ NothingPicked: class extends Error {}, pick: async () => [], keep: async () => true, kept: async () => null, forget: async () => undefined }))

const VILLAGE = { id: 'v1', name: '柏树村村民委员会', place: '通山县黄沙铺镇', contact: null }
const FULL = { item_code: 'residence', title: '居住情况证明', purpose: '入职', receiver: '某厂', in_city: 'no' as const, words: '我住在村里' }

/** A server with one application and its version; it can lose answers, be ill, or hold it back. */
class Desk {
  row: Record<string, unknown> | null = null
  begun = new Map<string, Record<string, unknown>>()
  loseAnswers = 0
  submits = 0
  duplicate = false
  forbidden = false
  portal = false

  answer(asked: Asked, response: ServerResponse): void {
    if (this.portal) return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Wi-Fi</html>')
    if (asked.path.includes('/catalogue') || asked.path.includes('/people')) return json(response, 200, { items: [] })
    if (asked.path.endsWith('/submit')) return this.submit(asked, response)
    if (asked.method === 'POST') return this.begin(asked, response)
    if (!this.row) return json(response, 404, { code: 'not_found', detail: '没有找到这件申请' })
    if (asked.method === 'PUT') return this.save(asked, response)
    json(response, 200, this.row)
  }

  private begin(asked: Asked, response: ServerResponse): void {
    const key = String(asked.headers['idempotency-key'])
    this.row = this.begun.get(key) ?? shown({ ...JSON.parse(asked.body), id: `app${this.begun.size + 1}`, row_version: 1 })
    this.begun.set(key, this.row)
    if (this.loseAnswers-- > 0) return void response.destroy()
    json(response, 201, this.row)
  }

  private save(asked: Asked, response: ServerResponse): void {
    const { row_version, ...body } = JSON.parse(asked.body)
    if (this.row!.state !== 'draft') return json(response, 409, { code: 'wrong_state', detail: '不是草稿' })
    if (row_version !== this.row!.row_version) return json(response, 409, { code: 'edited_meanwhile', detail: '刚被改动过' })
    this.row = shown({ ...this.row, ...body, row_version: row_version + 1 })
    json(response, 200, this.row)
  }

  private submit(asked: Asked, response: ServerResponse): void {
    this.submits += 1
    if (this.duplicate && !JSON.parse(asked.body).confirm_duplicate) {
      return json(response, 409, { code: 'duplicate_found', detail: '已有一件', existing: [{ id: 'old', title: '居住情况证明', state: 'issued', submitted_at: null, certificate_id: 'c1', certificate_number: '1号' }] })
    }
    this.row = { ...this.row, state: this.forbidden ? 'not_needed' : 'submitted' }
    json(response, 200, this.row)
  }

  /** The other phone saves. */
  elsewhere(fields: Record<string, unknown>): void {
    this.row = shown({ ...this.row, ...fields, row_version: Number(this.row!.row_version) + 1 })
  }
}

function shown(row: Record<string, unknown>): Record<string, unknown> {
  return { state: 'draft', state_name: '草稿', is_mine: true, holder: { name: '张*' }, evidence: [], findings: [], organisation: { id: row.organisation_id, name: VILLAGE.name, contact: null }, updated_at: '2026-11-24T09:00:00+08:00', ...row, ...(row.organisation_id ? { organisation: { id: row.organisation_id, name: VILLAGE.name, contact: null } } : {}) }
}

let server: TestServer
let desk: Desk
let useDraft: typeof import('@/features/apply/useDraft').useDraft
let useApplying: typeof import('@/features/apply/useApplying').useApplying
let drafts: typeof import('@/features/apply/drafts')

/** A draft saves itself after a pause: what a test left waiting must not reach the next test's server. */
const waiting = new Set<NodeJS.Timeout>()
const { setTimeout: startTimer } = globalThis

beforeEach(async () => {
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((...given: Parameters<typeof setTimeout>) => {
    const timer = startTimer(...given)
    waiting.add(timer)
    return timer
  }) as typeof setTimeout)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  desk = new Desk()
  server = await serve((asked, response) => desk.answer(asked, response))
  phoneAt(server.origin)
  vi.resetModules()
  const session = await import('@/session')
  session.openSession({ access_token: 't', refresh_token: 'r', expires_in: 3600 })
  session.rememberMe({ account: { id: 'a1' }, person: { id: 'p1' }, roles: [], acts_for: [] } as never)
  ;({ useDraft } = await import('@/features/apply/useDraft'))
  ;({ useApplying } = await import('@/features/apply/useApplying'))
  drafts = await import('@/features/apply/drafts')
})
afterEach(async () => {
  for (const timer of waiting) clearTimeout(timer)
  waiting.clear()
  vi.restoreAllMocks()
  await server.close()
})

async function typing(key = 'k1') {
  const work = useDraft()
  await work.open(key, '', {}, '')
  work.choose({ village: VILLAGE })
  work.change(FULL)
  return work
}

describe('a draft as it is typed', () => {
  it('is on the phone at each letter, before any network', async () => {
    const work = useDraft()
    await work.open('k1', '', {}, '')
    work.change({ words: '我' })
    expect(drafts.readDraft('k1')?.fields.words).toBe('我')
    expect([work.safe.value, server.asked.length]).toEqual(['phone', 0])
  })

  it('is there again after the app was killed, and after logging out', async () => {
    const work = await typing()
    work.change({ words: '写到一半' })
    const { endSession } = await import('@/session')
    endSession('elsewhere')
    expect([...memory.keys()].some((key) => key.startsWith('zheng.draft.a1.'))).toBe(true)
    const session = await import('@/session')
    session.rememberMe({ account: { id: 'a1' } } as never)
    const again = useDraft()
    await again.open('k1', '', {}, '')
    expect(again.draft.fields.words).toBe('写到一半')
  })

  it('of another account stays out of sight', async () => {
    await typing()
    const session = await import('@/session')
    session.rememberMe({ account: { id: 'a2' } } as never)
    expect(drafts.localDrafts()).toEqual([])
  })

  it('a full phone is said; the server keeps it all the same', async () => {
    const work = await typing()
    fillStorage()
    work.change({ words: '还在写' })
    expect(work.safe.value).toBe('page')
    expect(await work.save()).toBe(true)
    expect(desk.row?.words).toBe('还在写')
  })

  it('a lost answer does not begin a second draft, even when more was typed meanwhile', async () => {
    desk.loseAnswers = 99
    const work = await typing()
    expect(await work.save()).toBe(false)
    desk.loseAnswers = 0
    work.change({ words: '又写了一些' })
    await work.save()
    await work.save()
    expect([desk.begun.size, desk.row?.words, work.safe.value]).toEqual([1, '又写了一些', 'server'])
  }, 20_000)

  it('a number half typed does not hold up the rest, and stays on the phone', async () => {
    const work = await typing()
    work.change({ contact_phone: '1380' })
    expect(await work.save()).toBe(true)
    expect([desk.row?.contact_phone, work.draft.fields.contact_phone]).toEqual([null, '1380'])
  })

  it('characters nobody sees do not go to the server', async () => {
    const work = await typing()
    work.change({ words: '我\u200b住\u202e在\r\n村里' })
    await work.save()
    expect(desk.row?.words).toBe('我住在\n村里')
  })

  it('behind a Wi-Fi log-in page it stays on the phone and says why', async () => {
    desk.portal = true
    const work = await typing()
    expect(await work.save()).toBe(false)
    expect([work.problem.value?.trouble, work.safe.value]).toEqual(['portal', 'phone'])
  })
})

describe('the same draft on two phones', () => {
  it('what each changed alone comes together by itself', async () => {
    const work = await typing()
    await work.save()
    desk.elsewhere({ purpose: '贷款' })
    work.change({ words: '这台写的' })
    await work.save()
    await work.save()
    expect(desk.row).toMatchObject({ purpose: '贷款', words: '这台写的' })
    expect(work.disagreement.value).toBeNull()
    expect(work.draft.fields.purpose).toBe('贷款')
  })

  it('what both changed is shown side by side, nothing is overwritten before the choice', async () => {
    const work = await typing()
    await work.save()
    desk.elsewhere({ words: '那台写的' })
    work.change({ words: '这台写的' })
    expect(await work.save()).toBe(false)
    expect(work.disagreement.value?.clashes).toEqual([{ field: 'words', ours: '这台写的', theirs: '那台写的' }])
    expect([desk.row?.words, work.safe.value, drafts.readDraft('k1')?.fields.words]).toEqual(['那台写的', 'clash', '这台写的'])
    work.settle(['words'])
    expect(await work.save()).toBe(true)
    expect(desk.row?.words).toBe('那台写的')
  })

  it('keeping ours writes ours', async () => {
    const work = await typing()
    await work.save()
    desk.elsewhere({ words: '那台写的' })
    work.change({ words: '这台写的' })
    await work.save()
    work.settle([])
    await work.save()
    expect(desk.row?.words).toBe('这台写的')
  })

  it('handed in on the other phone: said so, and what was typed here can go on as a new one', async () => {
    const work = await typing()
    await work.save()
    desk.row = { ...desk.row, state: 'submitted', state_name: '待认领' }
    work.change({ words: '没赶上的话' })
    await work.save()
    expect([work.gone.value, work.draft.fields.words]).toEqual([true, '没赶上的话'])
    work.asNew()
    await work.save()
    expect([desk.begun.size, desk.row?.words]).toEqual([2, '没赶上的话'])
  })

  it('gone from the server altogether, it is still here', async () => {
    const work = await typing()
    await work.save()
    desk.row = null
    work.change({ words: '还在' })
    await work.save()
    expect([work.gone.value, drafts.readDraft('k1')?.fields.words]).toEqual([true, '还在'])
  })
})

describe('handing in', () => {
  async function ready() {
    const work = useApplying({ local: 'k1', id: '', fields: FULL, reason: '' })
    await work.begin()
    work.choose({ village: VILLAGE })
    return work
  }

  it('a double tap hands in once', async () => {
    const work = await ready()
    const [one, two] = await Promise.all([work.submit(), work.submit()])
    expect([one?.state, two, desk.submits]).toEqual(['submitted', null, 1])
    expect(drafts.localDrafts()).toEqual([])
  })

  it('saves what was typed last before it hands in', async () => {
    const work = await ready()
    await work.save()
    work.change({ words: '最后一句' })
    await work.submit()
    expect(desk.row?.words).toBe('最后一句')
  })

  it('what is missing leads to its question', async () => {
    const work = await ready()
    work.change({ receiver: '' })
    expect(await work.submit()).toBeNull()
    expect([work.step.value, work.fault.value, desk.submits]).toEqual(['receiver', '请写交给哪个单位', 0])
  })

  it('a likely duplicate is shown first and goes through when confirmed', async () => {
    desk.duplicate = true
    const work = await ready()
    expect(await work.submit()).toBeNull()
    expect(work.existing.value.map((one) => one.certificate_number)).toEqual(['1号'])
    expect((await work.submit(true))?.state).toBe('submitted')
  })

  it('held back by the check, what was typed stays', async () => {
    desk.forbidden = true
    const work = await ready()
    expect((await work.submit())?.state).toBe('not_needed')
    expect(drafts.localDrafts()).toHaveLength(1)
  })

  it('without a network nothing is lost and nothing is half handed in', async () => {
    desk.portal = true
    const work = await ready()
    expect(await work.submit()).toBeNull()
    expect([desk.submits, drafts.readDraft('k1')?.fields.words]).toEqual([0, '我住在村里'])
  })

  it('opened from the list by its id, it is the same draft with the same files', async () => {
    const work = await ready()
    await work.save()
    const again = useApplying({ local: '', id: String(desk.row!.id), fields: {}, reason: '' })
    await again.begin()
    expect([again.draft.key, again.evidence.state === work.evidence.state]).toEqual(['k1', true])
  })

  it('one step does not open the next before it is answered; the kind known from the check is passed over', async () => {
    const work = useApplying({ local: 'k2', id: '', fields: { title: '居住情况证明', item_code: 'residence' }, reason: '' })
    await work.begin()
    work.next()
    expect([work.step.value, work.fault.value]).toEqual(['village', '请选择出证明的村（社区）'])
    work.choose({ village: VILLAGE })
    work.next()
    expect(work.step.value).toBe('purpose')
    expect(work.previous()).toBe(true)
    expect(work.step.value).toBe('what')
  })

  it('files still on their way when it was handed in are remembered with their application', async () => {
    const work = await ready()
    await work.save()
    memory.set('zheng.draft.a1.k1.files', JSON.stringify([{ name: 'n', label: '照片1', size: 5, uploadId: '', sent: 0, state: 'failed', words: '' }]))
    await work.submit()
    expect(drafts.leftOver().map((one) => one.applicationId)).toEqual([desk.row!.id])
    expect(drafts.localDrafts()).toEqual([])
  })
})
