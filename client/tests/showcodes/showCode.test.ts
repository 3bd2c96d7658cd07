import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useShowCode } from '@/features/showcodes/useShowCode'
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

let made = 0
let network: 'there' | 'offline' = 'there'
let usedAt: Record<string, string> = {}
let onMake: (() => Reply) | null = null

const code = (id: string, seconds = 60): Reply => ({
  status: 201,
  body: { id, item_id: 'c1', scope: 'name', purpose: null, text: `HTTP://HERE/S/${id}`, expires_in: seconds, expires_at: '2026-11-24T01:00:00Z', used_at: usedAt[id] ?? null },
})

function server() {
  serve(({ method, path }) => {
    if (network === 'offline') return 'offline'
    if (method === 'POST') return onMake ? onMake() : code(`k${++made}`)
    if (path.includes('/looks')) return { body: { items: [{ id: 'l1', at: '2026-11-24T01:00:00Z', kind: 'scan', item_kind: 'certificate', item_id: 'c1', organisation_name: '县政务服务中心', post: '综合窗口3号', matter: '请假', scope: 'name', verdict: '有效', reason: 'in_force' }], next_cursor: null } }
    return { ...(code(path.split('/').pop()!) as { body: unknown }), status: 200 }
  })
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)
const makings = () => asked.filter((one) => one.method === 'POST').map((one) => one.path)
const wish = { item: 'c1', scope: 'name' as const, purpose: '' }
let life: { made: ReturnType<typeof useShowCode>; unmount: () => void }

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T01:00:00Z') })
  phone()
  made = 0
  network = 'there'
  usedAt = {}
  onMake = null
  server()
  life = mounted(useShowCode)
})
afterEach(() => {
  life.unmount()
  vi.useRealTimers()
})

describe('a show-code that lives', () => {
  it('counts down and is followed by the next before it dies, with never a moment without one', async () => {
    life.made.start(wish)
    await seconds(1)
    expect(life.made.current.value?.id).toBe('k1')
    expect(life.made.secondsLeft.value).toBe(59)
    for (let second = 0; second < 170; second++) {
      await seconds(1)
      expect(life.made.stage.value).toBe('showing')
      expect(life.made.secondsLeft.value).toBeGreaterThan(0)
    }
    expect(makings()).toEqual(['/mp/v1/showcodes', '/mp/v1/showcodes/k1/renew', '/mp/v1/showcodes/k2/renew', '/mp/v1/showcodes/k3/renew'])
  })

  it('a clock that jumps three hours, either way, changes nothing', async () => {
    life.made.start(wish)
    await seconds(5)
    vi.setSystemTime(Date.now() + 3 * 3600_000)
    await seconds(5)
    expect([life.made.current.value?.id, life.made.secondsLeft.value]).toEqual(['k1', 50])
    vi.setSystemTime(Date.now() - 6 * 3600_000)
    await seconds(5)
    expect([life.made.current.value?.id, life.made.secondsLeft.value]).toEqual(['k1', 45])
    expect(makings()).toHaveLength(1)
  })

  it('the time that the answer took is taken off: the code never lives longer here than at the server', async () => {
    onMake = null
    serve(({ method }) => (method === 'POST' ? new Promise<Reply>((resolve) => setTimeout(() => resolve(code('slow')), 7_000)) : code('slow')))
    life.made.start(wish)
    await seconds(8)
    expect(life.made.secondsLeft.value).toBe(52)
  })

  it('says that it was used, by which office, and makes no more', async () => {
    life.made.start(wish)
    await seconds(2)
    usedAt.k1 = '2026-11-24T01:00:02Z'
    await seconds(5)
    expect(life.made.stage.value).toBe('used')
    expect(life.made.used.value).toEqual({ at: '2026-11-24T01:00:02Z', by: '县政务服务中心 · 综合窗口3号', verdict: '有效' })
    await seconds(120)
    expect(makings()).toHaveLength(1)
  })

  it('notices the use of the code before, which lives out its minute', async () => {
    life.made.start(wish)
    await seconds(51)
    expect(life.made.current.value?.id).toBe('k2')
    usedAt.k1 = '2026-11-24T01:00:52Z'
    await seconds(5)
    expect(life.made.stage.value).toBe('used')
  })

  it('hidden, it shows nothing and asks for nothing; seen again, it has a fresh code', async () => {
    life.made.start(wish)
    await seconds(3)
    life.made.pause()
    expect(life.made.current.value).toBeNull()
    const before = asked.length
    await seconds(300)
    expect(asked).toHaveLength(before)
    life.made.resume()
    await seconds(1)
    expect(life.made.current.value?.id).toBe('k2')
  })

  it('an answer that comes after the page was hidden does not light it up again', async () => {
    serve(({ method }) => (method === 'POST' ? new Promise<Reply>((resolve) => setTimeout(() => resolve(code('late')), 3_000)) : code('late')))
    life.made.start(wish)
    await seconds(1)
    life.made.pause()
    await seconds(10)
    expect(life.made.current.value).toBeNull()
  })

  it('goes with the page', async () => {
    life.made.start(wish)
    await seconds(2)
    life.unmount()
    const before = asked.length
    await seconds(120)
    expect(asked).toHaveLength(before)
  })
})

describe('bad days', () => {
  it('without a network it says so, and shows a code as soon as there is one', async () => {
    network = 'offline'
    life.made.start(wish)
    await seconds(5)
    expect(life.made.starving.value).toBe(true)
    expect(life.made.problem.value?.trouble).toBe('offline')
    network = 'there'
    await seconds(8)
    expect(life.made.stage.value).toBe('showing')
    expect(life.made.problem.value).toBeNull()
  })

  it('a network that goes while a code is shown: it lives out its time, then nothing stale stands', async () => {
    life.made.start(wish)
    await seconds(2)
    network = 'offline'
    await seconds(52)
    expect(life.made.current.value?.id).toBe('k1')
    expect(life.made.problem.value?.trouble).toBe('offline')
    await seconds(10)
    expect(life.made.current.value).toBeNull()
    expect(life.made.starving.value).toBe(true)
  })

  it('revoked while it is shown: the renewal is refused and the code goes at once', async () => {
    life.made.start(wish)
    await seconds(40)
    onMake = () => refused(409, 'not_showable', '这份证明现在不是有效状态，不能亮证。')
    await seconds(12)
    expect(life.made.stage.value).toBe('refused')
    expect(life.made.current.value).toBeNull()
    expect(life.made.problem.value?.message).toContain('不能亮证')
    const before = makings().length
    await seconds(60)
    expect(makings()).toHaveLength(before)
  })

  it('asked too often, it waits as long as the server says', async () => {
    onMake = () => refused(429, 'too_many', '太频繁了，请稍等')
    life.made.start(wish)
    await seconds(3)
    expect(makings()).toHaveLength(1)
    expect(life.made.stage.value).toBe('starting')
  })
})
