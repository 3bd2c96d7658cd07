import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Problem } from '@/problem'
import { fillStorage, memory, phoneAt } from './phone'
import { json, serve, type Answering, type TestServer } from './server'

let server: TestServer
let request: typeof import('@/request')
let session: typeof import('@/session')

async function against(answering: Answering) {
  server = await serve(answering)
  phoneAt(server.origin)
  vi.resetModules()
  request = await import('@/request')
  session = await import('@/session')
}

function logIn(access = 'a1', seconds = 3600) {
  session.openSession({ access_token: access, refresh_token: 'r1', expires_in: seconds })
}

async function trouble(call: Promise<unknown>): Promise<Problem> {
  return call.then(() => Promise.reject(new Error('it should have failed')), (problem: Problem) => problem)
}

beforeEach(() => vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

describe('tokens', () => {
  it('three calls whose token died renew it once, and all three are answered', async () => {
    await against((asked, response) => {
      if (asked.path.endsWith('/refresh')) return void setTimeout(() => json(response, 200, { access_token: 'a2', refresh_token: 'r2', expires_in: 900 }), 30)
      if (asked.headers.authorization === 'Bearer a1') return json(response, 401, { code: 'token_expired', detail: '请续期' })
      json(response, 200, { unread: 3 })
    })
    logIn()
    const answers = await Promise.all([1, 2, 3].map(() => request.api.get('/mp/v1/messages/unread')))
    expect(answers).toEqual([{ unread: 3 }, { unread: 3 }, { unread: 3 }])
    expect(server.asked.filter((one) => one.path.endsWith('/refresh'))).toHaveLength(1)
    expect(JSON.parse(memory.get('zheng.session')!)).toMatchObject({ access: 'a2', refresh: 'r2' })
  })

  it('a token about to die is renewed before it is sent', async () => {
    await against((asked, response) =>
      asked.path.endsWith('/refresh') ? json(response, 200, { access_token: 'a2', refresh_token: 'r2', expires_in: 900 }) : json(response, 200, { unread: 0 }),
    )
    logIn('a1', 5)
    await request.api.get('/mp/v1/messages/unread')
    expect(server.asked.map((one) => one.headers.authorization)).toEqual([undefined, 'Bearer a2'])
  })

  it('logged out elsewhere: the session ends, remembered lists go, unsent drafts stay', async () => {
    await against((asked, response) => json(response, 401, { code: 'session_ended', detail: '请重新登录' }))
    logIn()
    memory.set('zheng.cache.wallet', '{}')
    memory.set('zheng.draft.1', '{}')
    const problem = await trouble(request.api.get('/mp/v1/messages/unread'))
    expect(problem.message).toBe('请重新登录')
    expect(session.session).toMatchObject({ loggedIn: false, ended: 'elsewhere' })
    expect([...memory.keys()]).toEqual(['zheng.draft.1'])
  })

  it('a network that drops during renewal does not log anybody out', async () => {
    await against((asked, response) => (asked.path.endsWith('/refresh') ? response.destroy() : json(response, 401, { code: 'x', detail: 'x' })))
    logIn()
    expect((await trouble(request.api.get('/mp/v1/messages/unread'))).trouble).toBe('offline')
    expect(session.session.loggedIn).toBe(true)
  })

  it('another tab has renewed already: its token is taken, nothing is spent twice', async () => {
    await against((asked, response) => (asked.headers.authorization === 'Bearer theirs' ? json(response, 200, { unread: 1 }) : json(response, 401, { code: 'x', detail: 'x' })))
    logIn()
    memory.set('zheng.session', JSON.stringify({ access: 'theirs', refresh: 'r9', until: Date.now() + 900_000 }))
    expect(await request.api.get('/mp/v1/messages/unread')).toEqual({ unread: 1 })
    expect(server.asked.some((one) => one.path.endsWith('/refresh'))).toBe(false)
  })

  it('a phone whose clock is three hours off works as long as its clock only goes on', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1))
    await against((asked, response) => json(response, 200, { unread: 0 }))
    logIn()
    await request.api.get('/mp/v1/messages/unread')
    expect(server.asked).toHaveLength(1)
  })

  it('a full phone still keeps the person logged in while the app is open', async () => {
    await against((asked, response) => json(response, 200, { unread: 0 }))
    fillStorage()
    logIn()
    expect(await request.api.get('/mp/v1/messages/unread')).toEqual({ unread: 0 })
    expect(server.asked[0]!.headers.authorization).toBe('Bearer a1')
  })
})

describe('bad answers', () => {
  it('a Wi-Fi log-in page is not an answer', async () => {
    await against((asked, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>请登录 Wi-Fi</html>')
    })
    expect(await trouble(request.api.get('/mp/v1/catalogue/items'))).toMatchObject({ trouble: 'portal', passing: true })
  })

  it('a redirect to a portal is not an answer', async () => {
    await against((asked, response) => {
      if (asked.path === '/portal') {
        response.writeHead(200, { 'content-type': 'text/html' })
        return void response.end('login')
      }
      response.writeHead(302, { location: '/portal' })
      response.end()
    })
    expect((await trouble(request.api.get('/mp/v1/catalogue/items'))).trouble).toBe('portal')
  })

  it('half a body is not an answer', async () => {
    await against((asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"items": [{"id"')
    })
    expect((await trouble(request.api.get('/mp/v1/catalogue/items'))).trouble).toBe('portal')
  })

  it('a fault of the server is told in our words with the number to quote', async () => {
    await against((asked, response) => json(response, 500, { code: 'internal', trace_id: 'abc123' }))
    expect(await trouble(request.api.get('/mp/v1/catalogue/items'))).toMatchObject({ trouble: 'broken', trace: 'abc123', passing: true })
  })

  it('a refusal keeps its code, words and fields', async () => {
    await against((asked, response) => json(response, 422, { code: 'invalid', detail: '有几处要改', errors: { json: { phone: ['请输入 11 位手机号'], items: { 0: { message: ['请填写'] } } } } }))
    const problem = await trouble(request.api.post('/mp/v1/auth/sms-codes', { body: { phone: '1' } }))
    expect(problem).toMatchObject({ status: 422, code: 'invalid', message: '有几处要改', passing: false })
    expect(problem.fields).toEqual({ phone: '请输入 11 位手机号', 'items.0.message': '请填写' })
  })

  it('asked to wait, it says how long', async () => {
    await against((asked, response) => json(response, 429, { code: 'too_many', detail: '请稍后再试' }, { 'retry-after': '60' }))
    expect(await trouble(request.api.get('/mp/v1/catalogue/items'))).toMatchObject({ waitSeconds: 60, passing: true })
  })
})

describe('trying again', () => {
  it('a write whose answer was lost is sent again with the same key', async () => {
    let times = 0
    await against((asked, response) => (++times === 1 ? response.destroy() : json(response, 200, { unread: 0 })))
    await request.api.post('/mp/v1/messages/read')
    expect(server.asked).toHaveLength(2)
    expect(server.asked[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(server.asked[0]!.headers['idempotency-key']).toBe(server.asked[1]!.headers['idempotency-key'])
  })

  it('a refusal is not tried again', async () => {
    await against((asked, response) => json(response, 409, { code: 'conflict', detail: '已有人办理' }))
    await trouble(request.api.post('/mp/v1/messages/read'))
    expect(server.asked).toHaveLength(1)
  })

  it('after three silent tries it says there is no network', async () => {
    await against((asked, response) => response.destroy())
    expect((await trouble(request.api.get('/mp/v1/catalogue/items'))).trouble).toBe('offline')
    expect(server.asked).toHaveLength(3)
  })

  it('an address carries its parts and only the query that says something', async () => {
    await against((asked, response) => json(response, 200, { items: [] }))
    await request.api.get('/mp/v1/wallet/{item_id}/looks', { path: { item_id: 'a/b' }, query: { cursor: undefined, limit: 5 } })
    expect(server.asked[0]!.path).toBe('/mp/v1/wallet/a%2Fb/looks?limit=5')
  })
})
