import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { announcement } from '@/announce'
import { useItem } from '@/features/wallet/useItem'
import { usePaper } from '@/features/wallet/usePaper'
import { holderWords, validWords } from '@/features/wallet/cards'
import { rememberMe } from '@/session'
import type { Schema } from '@/api/types'
import { memory, mounted, phone, serve, asked, refused, type Reply } from '../platform/memory-server'

vi.mock('vue', async (original) => {
  const vue = await original<typeof import('vue')>()
  return { ...vue, onUnmounted: vue.onScopeDispose }
})
vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('../platform/memory-server')).exchange,
}))
vi.mock('@/platform/documents', () => ({ openPdf: vi.fn(async () => undefined) }))

let state = 'in_force'
let network: 'there' | 'offline' = 'there'
const detail = (): Reply =>
  network === 'offline' ? 'offline' : { body: { id: 'c1', kind: 'certificate', state, state_name: state === 'in_force' ? '有效' : '已吊销', title: '证明', number: '1号', pdf_path: '/x', holder_id: 'p1', holder: '张*' } }
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

beforeEach(() => {
  vi.useFakeTimers()
  phone()
  state = 'in_force'
  network = 'there'
  serve(detail)
})
afterEach(() => vi.useRealTimers())

describe('one thing of the wallet', () => {
  it('revoked while its page is open: says so within half a minute, aloud too', async () => {
    const { made, unmount } = mounted(() => useItem(() => 'c1'))
    made.watch()
    await seconds(1)
    expect([made.ended.value, made.changedFrom.value]).toEqual(['', ''])
    state = 'revoked'
    await seconds(21)
    expect(made.changedFrom.value).toBe('有效')
    expect(made.ended.value).toContain('不能再用')
    expect(announcement.words).toContain('已吊销')
    unmount()
  })

  it('asks no more once hidden or gone', async () => {
    const { made, unmount } = mounted(() => useItem(() => 'c1'))
    made.watch()
    await seconds(1)
    made.rest()
    const before = asked.length
    await seconds(100)
    expect(asked).toHaveLength(before)
    made.watch()
    unmount()
    await seconds(100)
    expect(asked).toHaveLength(before + 1)
  })

  it('without a network each thing shows its own last state, never another one', async () => {
    const first = mounted(() => useItem(() => 'c1'))
    await first.made.reload()
    first.unmount()
    network = 'offline'
    const again = mounted(() => useItem(() => 'c1'))
    const other = mounted(() => useItem(() => 'c2'))
    void again.made.reload()
    void other.made.reload()
    await seconds(5)
    expect(again.made.item.value?.number).toBe('1号')
    expect(again.made.rememberedAt.value).toBeGreaterThan(0)
    expect(other.made.item.value).toBeNull()
    expect(other.made.problem.value?.trouble).toBe('offline')
  })

  it('is forgotten by the phone that was logged out elsewhere', async () => {
    const { made } = mounted(() => useItem(() => 'c1'))
    await made.reload()
    expect([...memory.keys()]).toContain('zheng.cache.item.c1')
    const { openSession } = await import('@/session')
    openSession({ access_token: 'a', refresh_token: 'r', expires_in: 3600 })
    serve(() => refused(401, 'session_ended', '请重新登录'))
    await made.reload()
    expect([...memory.keys()]).toEqual([])
  })
})

describe('the paper', () => {
  it('suspended under the reader\'s eyes: no longer good to print', async () => {
    let standing = 'in_force'
    serve(() => ({ body: { id: 'c1', body: '一\n\n二', standing, standing_name: standing === 'in_force' ? '有效' : '暂停使用' } }))
    const { made, unmount } = mounted(() => usePaper(() => 'c1'))
    made.watch()
    await seconds(1)
    expect([made.good.value, made.paragraphs.value]).toEqual([true, ['一', '二']])
    standing = 'suspended'
    await seconds(21)
    expect([made.good.value, made.changed.value]).toEqual([false, true])
    unmount()
  })
})

describe('whose and until when', () => {
  it('names the holder only where it is somebody else', () => {
    expect(holderWords({ holder_id: 'p2', holder: '王*' })).toBe('')
    rememberMe({ person: { id: 'p1' }, acts_for: ['p2'], roles: [], account: {} } as unknown as Schema<'Me'>)
    expect(holderWords({ holder_id: 'p1', holder: '张*' })).toBe('')
    expect(holderWords({ holder_id: 'p2', holder: '王*' })).toBe('王*的，您代为保管')
  })
  it('says it plainly for what is over, for papers without an end, and while sealing', () => {
    expect(validWords({ valid_until: '2020-01-02', state: 'expired', issued_on: '2019-12-01' })).toBe('2020年1月2日已到期')
    expect(validWords({ valid_until: '2020-01-02', state: 'revoked', issued_on: '2019-12-01' })).toBe('2019年12月1日出具')
    expect(validWords({ valid_until: null, state: 'in_force', issued_on: '2019-12-01' })).toBe('2019年12月1日出具')
    expect(validWords({ valid_until: '2020-01-02', state: 'sealing', issued_on: '2019-12-01' })).toContain('正在盖章')
  })
})
