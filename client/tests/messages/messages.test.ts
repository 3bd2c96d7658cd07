import { beforeEach, describe, expect, it, vi } from 'vitest'
import { landing } from '@/features/messages/landing'
import { targetOf } from '@/features/messages/targets'
import { useMessages, type Message } from '@/features/messages/useMessages'
import { endSession, openSession, rememberMe } from '@/session'
import type { Schema } from '@/api/types'
import { asked, mounted, opened, phone, refused, serve } from '../platform/memory-server'

vi.mock('vue', async (original) => {
  const vue = await original<typeof import('vue')>()
  return { ...vue, onUnmounted: vue.onScopeDispose }
})
vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('../platform/memory-server')).exchange,
}))

const me = (...roles: string[]) =>
  rememberMe({ account: { id: 'me' }, acts_for: [], person: { id: 'p1' }, roles: roles.map((role) => ({ role, post: '', organisation_id: 'o' })) } as unknown as Schema<'Me'>)
const message = (given: Partial<Message>) => ({ id: 'm1', kind: 'progress', title: '', text: '', read_at: null, target_kind: 'application', target_id: 'a1', created_at: '', ...given }) as Message

beforeEach(() => {
  phone()
  endSession('left')
  openSession({ access_token: 'a', refresh_token: 'r', expires_in: 3600 })
  me()
  serve(() => ({ body: {} }))
})

describe('what a message opens', () => {
  it('the very thing it speaks of', () => {
    expect(targetOf('application', 'a1', false)).toEqual({ route: 'application', parameters: { id: 'a1' } })
    expect(targetOf('devices', null, false)).toEqual({ route: 'devices', parameters: {} })
  })
  it('a task opens the case for the committee and nothing for anybody else', () => {
    expect(targetOf('application', 'a1', true)).toBeNull()
    me('clerk')
    expect(targetOf('application', 'a1', true)).toEqual({ route: 'caseFile', parameters: { id: 'a1' } })
    expect(targetOf('complaint', 'c1', true)).toBeNull()
  })
  it('a kind this app does not know opens nothing and breaks nothing', () => {
    expect(targetOf('moon', 'x', false)).toBeNull()
  })
  it('opening marks it read at once, also when the server does not hear of it', async () => {
    serve(() => refused(500, 'broken', '坏了'))
    const { made } = mounted(useMessages)
    made.open(message({}))
    expect(made.isRead(message({}))).toBe(true)
    expect(opened).toEqual(['/pages/progress/application?id=a1'])
    made.open(message({ read_at: '2026-11-24T01:00:00Z' }))
    await Promise.resolve()
    expect(asked.filter((one) => one.path.endsWith('/m1/read')).length).toBeLessThanOrEqual(1)
  })
})

describe('a link out of a WeChat message', () => {
  it('of a citizen opens their own', async () => {
    expect(await landing('application', 'a1')).toEqual({ route: 'application', parameters: { id: 'a1' } })
    expect(asked).toHaveLength(0)
  })
  it('of a clerk: a case that is not their own affair opens as the office\'s', async () => {
    me('clerk')
    serve(() => refused(404, 'not_found', '没有找到'))
    expect((await landing('application', 'a1')).route).toBe('caseFile')
    serve(() => ({ body: { id: 'a1' } }))
    expect((await landing('application', 'a1')).route).toBe('application')
  })
  it('rubbish leads to the messages', async () => {
    expect(await landing('', undefined)).toEqual({ route: 'messages', parameters: {} })
  })
  it('a server that is ill is said, not taken for "not mine"', async () => {
    me('clerk')
    serve(() => refused(500, 'broken', '坏了'))
    await expect(landing('application', 'a1')).rejects.toMatchObject({ trouble: 'broken' })
  })
})
