import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPdf } from '@/platform/documents'
import { openSession, session } from '@/session'
import { phone, refused, serve } from './memory-server'

vi.mock('@/platform/http', async (original) => ({
  ...(await original<typeof import('@/platform/http')>()),
  origin: () => 'http://here',
  exchange: (await import('./memory-server')).exchange,
}))

const clicks: { href: string; download: string }[] = []
const answers: (() => Response | Promise<Response>)[] = []
const tokens: string[] = []
const pdf = () => new Response('%PDF-1.7', { status: 200, headers: { 'content-type': 'application/pdf' } })
const dead = () => new Response('{}', { status: 401, headers: { 'content-type': 'application/problem+json' } })

beforeEach(() => {
  phone()
  clicks.length = answers.length = tokens.length = 0
  openSession({ access_token: 'a1', refresh_token: 'r1', expires_in: 3600 })
  serve(() => ({ body: { access_token: 'a2', refresh_token: 'r2', expires_in: 3600 } }))
  vi.stubGlobal('document', { createElement: () => ({ href: '', download: '', click() { clicks.push({ href: this.href, download: this.download }) } }) })
  vi.stubGlobal('fetch', (_: string, ask: { headers: Record<string, string> }) => {
    tokens.push(ask.headers.Authorization ?? '')
    return Promise.resolve(answers.shift()!())
  })
  URL.createObjectURL = () => 'blob:1'
})
afterEach(() => vi.unstubAllGlobals())

const failure = (opening: Promise<void>) => opening.then(() => Promise.reject(new Error('it opened')), (problem: { trouble: string; message: string }) => problem)

describe('a sealed PDF', () => {
  it('is fetched with the log-in and kept under its number', async () => {
    answers.push(pdf)
    await openPdf('/mp/v1/wallet/c1/pdf', '柏树村证〔2026〕1号')
    expect([tokens, clicks]).toEqual([['Bearer a1'], [{ href: 'blob:1', download: '柏树村证〔2026〕1号.pdf' }]])
  })
  it('a token that died is renewed once', async () => {
    answers.push(dead, pdf)
    await openPdf('/x', 'x')
    expect(tokens).toEqual(['Bearer a1', 'Bearer a2'])
    expect(clicks).toHaveLength(1)
  })
  it('logged out elsewhere: the session ends and it says so', async () => {
    serve(() => refused(401, 'session_ended', '请重新登录'))
    answers.push(dead)
    expect((await failure(openPdf('/x', 'x'))).message).toContain('重新登录')
    expect([session.loggedIn, clicks.length]).toEqual([false, 0])
  })
  it('a Wi-Fi log-in page is not kept as if it were the certificate', async () => {
    answers.push(() => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } }))
    expect((await failure(openPdf('/x', 'x'))).trouble).toBe('portal')
    expect(clicks).toHaveLength(0)
  })
  it('no network, and what the server refuses, in words', async () => {
    answers.push(() => Promise.reject(new TypeError('Failed to fetch')))
    expect((await failure(openPdf('/x', 'x'))).trouble).toBe('offline')
    answers.push(() => new Response(JSON.stringify({ code: 'paper_not_ready', detail: '正在签章，请稍后再下载' }), { status: 409, headers: { 'content-type': 'application/problem+json' } }))
    expect((await failure(openPdf('/x', 'x'))).message).toContain('正在签章')
  })
})
