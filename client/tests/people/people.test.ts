import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useAsking, usePeople } from '@/features/people/usePeople'
import { openSession, session } from '@/session'
import { asked, mounted, phone, refused, serve, type Reply } from '../platform/memory-server'

vi.mock('vue', async (original) => {
  const vue = await original<typeof import('vue')>()
  return { ...vue, onUnmounted: vue.onScopeDispose }
})
vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('../platform/memory-server')).exchange,
}))

let reply: Reply = { body: {} }
const acting = (id: string, waiting: boolean) => ({ id, waiting, basis: 'sms_code', relation: 'parent', person: { id: 'p2', name: '王*' } })

beforeEach(() => {
  phone()
  openSession({ access_token: 'a', refresh_token: 'r', expires_in: 3600 })
  reply = { body: {} }
  serve(({ method, path }) => {
    if (method !== 'GET') return reply
    if (path.endsWith('/helpers')) return { body: { items: [acting('h1', false), acting('h2', true)] } }
    if (path.endsWith('/people')) return { body: { items: [acting('m1', false)] } }
    return { body: { account: { id: 'me' }, person: null, roles: [], acts_for: ['p2'] } }
  })
})

describe('people', () => {
  it('who asks waits apart from who may already', async () => {
    const { made } = mounted(usePeople)
    await made.reload()
    expect([made.mine.value, made.helpers.value, made.waiting.value].map((list) => list.map((one) => one.id))).toEqual([['m1'], ['h1'], ['h2']])
  })

  it('ending it tells the session at once whom it may still act for', async () => {
    const { made } = mounted(usePeople)
    await made.end('m1')
    expect(asked.find((one) => one.method === 'DELETE')?.path).toBe('/mp/v1/people/consents/m1')
    expect(session.me?.acts_for).toEqual(['p2'])
  })

  it('ended by the other side a moment ago: says so and shows the present', async () => {
    const { made } = mounted(usePeople)
    reply = refused(404, 'not_found', '没有这项授权，可能已取消')
    await made.end('m1')
    expect(made.actionProblem.value?.message).toContain('可能已取消')
    expect(made.ready.value).toBe(true)
  })
})

describe('asking', () => {
  it('sends the number as the card has it, and waits for the code', async () => {
    const { made } = mounted(() => useAsking(async () => undefined))
    made.form.value = { name: ' 王桂兰 ', id_number: '42122419580304402x', relation: 'parent' }
    expect(made.complete.value).toBe(true)
    reply = { status: 202, body: { id: 'c1', words: '验证码已发出' } }
    await made.ask()
    expect(asked.at(-1)?.body).toEqual({ name: '王桂兰', id_number: '42122419580304402X', relation: 'parent', until: null })
    expect([made.asked.value, made.words.value]).toEqual(['c1', '验证码已发出'])
  })

  it('a wrong code stays where it is and may be tried again; a right one ends the form', async () => {
    const after = vi.fn(async () => undefined)
    const { made } = mounted(() => useAsking(after))
    made.asked.value = 'c1'
    made.code.value = '111111'
    reply = refused(422, 'wrong_code', '验证码不对')
    expect(await made.confirm()).toBe(false)
    expect([made.asked.value, made.confirmProblem.value?.code]).toEqual(['c1', 'wrong_code'])
    reply = { body: { id: 'c1' } }
    made.code.value = '222222'
    expect(await made.confirm()).toBe(true)
    expect([made.asked.value, made.form.value.name, after.mock.calls.length]).toEqual(['', '', 1])
  })
})
