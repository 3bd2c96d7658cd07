import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logOut } from '@/features/account/leaving'
import { useDevices } from '@/features/account/useDevices'
import { useMyData } from '@/features/account/useMyData'
import { usePhone } from '@/features/account/usePhone'
import { useStepUp } from '@/features/account/useStepUp'
import { openSession, rememberMe, session } from '@/session'
import type { Schema } from '@/api/types'
import { asked, memory, mounted, opened, phone, refused, serve, type Reply } from '../platform/memory-server'

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
const bound = (number: string | null) => rememberMe({ account: { id: 'me', phone: number }, person: null, roles: [], acts_for: [] } as unknown as Schema<'Me'>)

beforeEach(() => {
  vi.useFakeTimers()
  phone()
  openSession({ access_token: 'a', refresh_token: 'r', expires_in: 3600 })
  bound('138****0001')
  reply = { body: { phone: '138****0001', expires_in: 300 } }
  serve(() => reply)
})
afterEach(() => vi.useRealTimers())

describe('a code by SMS', () => {
  it('another may be asked for after a minute, whatever the clock does', async () => {
    const { made, unmount } = mounted(() => useStepUp())
    await made.send()
    expect([made.sentTo.value, made.wait.value]).toEqual(['138****0001', 60])
    vi.setSystemTime(Date.now() + 3 * 3600_000)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(made.wait.value).toBe(30)
    await made.send()
    const codes = () => asked.filter((one) => one.path.endsWith('/sms-codes'))
    expect(codes()).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(30_000)
    await made.send()
    expect(codes()).toHaveLength(2)
    unmount()
  })
  it('refused, it says why and offers no field', async () => {
    const { made } = mounted(() => useStepUp())
    reply = refused(429, 'too_many', '今天发得太多了，请明天再试')
    await made.send()
    expect([made.sentTo.value, made.problem.value?.message]).toEqual(['', '今天发得太多了，请明天再试'])
  })
})

describe('the phone number', () => {
  it('changes with both codes, and no less', async () => {
    const { made } = mounted(usePhone)
    made.phone.value = '13900000000'
    made.fresh.code.value = '123456'
    expect(made.complete.value).toBe(false)
    made.old.code.value = '654321'
    expect(made.complete.value).toBe(true)
    reply = { body: { account: {}, joined: false } }
    expect(await made.bind()).toBe(true)
    expect(asked.find((one) => one.path === '/mp/v1/me/phone')?.body).toEqual({ phone: '13900000000', code: '123456', old_code: '654321' })
  })
  it('the old phone lost: proven otherwise, its code is not asked for', async () => {
    const { made } = mounted(usePhone)
    reply = { body: { id: 't1', state: 'desk', desk_code: '1234 5678', words: '请到村里' } }
    expect((await made.reportLost())?.desk_code).toBe('1234 5678')
    made.phone.value = '13900000000'
    made.fresh.code.value = '123456'
    expect(made.complete.value).toBe(true)
    await made.bind()
    expect(asked.find((one) => one.path === '/mp/v1/me/phone')?.body.old_code).toBeNull()
  })
  it('the first number needs no old code', () => {
    bound(null)
    const { made } = mounted(usePhone)
    made.phone.value = '13900000000'
    made.fresh.code.value = '123456'
    expect(made.complete.value).toBe(true)
  })
})

describe('leaving', () => {
  it('logging out works without a network; unsent drafts stay, what was remembered goes', async () => {
    memory.set('zheng.cache.wallet', '{}')
    memory.set('zheng.draft.me.x', '{}')
    reply = 'offline'
    const leaving = logOut()
    await vi.advanceTimersByTimeAsync(10_000)
    await leaving
    expect(session.loggedIn).toBe(false)
    expect(memory.has('zheng.cache.wallet')).toBe(false)
    expect(memory.has('zheng.draft.me.x')).toBe(true)
    expect(opened).toEqual(['/pages/home/home'])
  })
  it('all devices but this one: this one stays; this one too: it goes', async () => {
    reply = { body: { devices: 2, items: [] } }
    const { made } = mounted(useDevices)
    await made.logOutAll(true)
    expect(session.loggedIn).toBe(true)
    await made.logOutAll(false)
    expect(session.loggedIn).toBe(false)
  })
  it('who is in office cannot close the account: says why, nobody is logged out', async () => {
    const { made } = mounted(useMyData)
    reply = refused(409, 'in_office', '您还有任职，请先办理交接')
    await made.close('123456')
    expect([made.closeProblem.value?.code, session.loggedIn]).toEqual(['in_office', true])
  })
  it('closed, the phone forgets who it was', async () => {
    const { made } = mounted(useMyData)
    reply = { status: 204, body: {} }
    await made.close('123456')
    expect([session.loggedIn, session.me]).toEqual([false, null])
  })
})
