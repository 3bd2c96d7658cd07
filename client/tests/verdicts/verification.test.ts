import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerResponse } from 'node:http'
import type { Verdict } from '@/features/verdicts/presentation'
import { memory, phoneAt } from '../core/phone'
import { json, serve, type Answering, type TestServer } from '../core/server'

const heard = vi.hoisted(() => ({ play: vi.fn((beeps: unknown) => Boolean(beeps)), vibrate: vi.fn() }))
vi.mock('@/platform/sound', () => ({ ...heard, wakeSound: vi.fn() }))
vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const VALID: Verdict = {
  word: '有效', reason: 'in_force', sentence: '证明真实，现在有效。', colour: 'green', icon: 'check',
  kind: 'show', scope: 'name', purpose: '', facts: [], replaced_by_url: '', checked_at: '2026-11-24T09:00:00+08:00',
}
const PAYMENT: Verdict = { ...VALID, word: '不是本系统的码', reason: 'payment', colour: 'grey', icon: 'foreign', kind: 'payment' }

let server: TestServer
let checks: ReturnType<typeof import('@/features/verdicts/useVerification').useVerification>
let network: typeof import('@/platform/network')
let signals: typeof import('@/features/verdicts/signals')
let said: typeof import('@/announce').announcement

async function against(answering: Answering): Promise<void> {
  server = await serve(answering)
  phoneAt(server.origin)
  vi.resetModules()
  network = await import('@/platform/network')
  signals = await import('@/features/verdicts/signals')
  said = (await import('@/announce')).announcement
  checks = (await import('@/features/verdicts/useVerification')).useVerification(() => '公租房申请')
}

const always = (verdict: unknown) => against((_, response) => json(response, 200, verdict))
const html = (response: ServerResponse, status: number) => {
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end('<h1>有效</h1>')
}

beforeEach(() => {
  heard.play.mockClear()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await server.close()
})

describe('a verdict', () => {
  it('comes with the matter sent, is shown and heard', async () => {
    await always(VALID)
    await checks.check('CODE', 'camera')
    expect(JSON.parse(server.asked[0]!.body)).toEqual({ text: 'CODE', matter: '公租房申请' })
    expect([checks.stage.value, checks.verdict.value?.word]).toEqual(['verdict', '有效'])
    expect(heard.play).toHaveBeenCalledExactlyOnceWith(signals.SIGNALS.good.beeps)
  })

  it('that is none of ours sounds bad', async () => {
    await always(PAYMENT)
    await checks.check('wxp://x', 'camera')
    expect(heard.play).toHaveBeenCalledExactlyOnceWith(signals.SIGNALS.stop.beeps)
  })

  it('is silent on a phone made silent, and still felt', async () => {
    await always(VALID)
    signals.setSilent(true)
    await checks.check('CODE', 'camera')
    expect(heard.play).not.toHaveBeenCalled()
    expect(heard.vibrate).toHaveBeenCalledWith(signals.SIGNALS.good.shakes)
  })

  it('makes room for the next scan at once', async () => {
    await always(VALID)
    await checks.check('CODE', 'camera')
    checks.next()
    expect(checks.stage.value).toBe('ready')
    await checks.check('OTHER', 'camera')
    expect(server.asked).toHaveLength(2)
  })

  it('a text of 20,000 characters is the server\'s to judge', async () => {
    await always({ ...PAYMENT, reason: 'too_long' })
    await checks.check('8'.repeat(20_000), 'hand')
    expect(checks.verdict.value?.reason).toBe('too_long')
  })
})

describe('the same code', () => {
  it('seen again by the camera is not sent, and said so', async () => {
    await always(VALID)
    await checks.check('CODE', 'camera')
    checks.next()
    await checks.check('CODE', 'camera')
    expect([server.asked.length, checks.stage.value, checks.seenAgain.value]).toEqual([1, 'ready', true])
    checks.showLast()
    expect(checks.stage.value).toBe('verdict')
  })

  it('scanned again by hand shows its verdict again, without sending', async () => {
    await always(VALID)
    await checks.check('CODE', 'hand')
    checks.next()
    await checks.check('CODE', 'hand')
    expect([server.asked.length, checks.stage.value]).toEqual([1, 'verdict'])
    expect(said.words).toContain('还是刚才那个码')
  })

  it('is sent again when the first sending came to nothing', async () => {
    let times = 0
    await against((_, response) => (times++ ? json(response, 200, VALID) : html(response, 200)))
    await checks.check('CODE', 'camera')
    checks.next()
    await checks.check('CODE', 'camera')
    expect(checks.verdict.value?.word).toBe('有效')
  })

  it.each([['camera', /^$/], ['hand', /请稍等再扫/]] as const)('while it is checked, another one by %s is not sent', async (way, words) => {
    await always(VALID)
    await Promise.all([checks.check('CODE', 'camera'), checks.check('OTHER', way)])
    expect(server.asked.map((one) => JSON.parse(one.body).text)).toEqual(['CODE'])
    expect(said.words).toMatch(words)
  })
})

it('the newer certificate that a verdict names is checked at once', async () => {
  await always(VALID)
  await checks.check('CODE', 'camera')
  await checks.send('HTTPS://ZHENG.EXAMPLE.CN/V/2')
  expect([checks.stage.value, JSON.parse(server.asked[1]!.body)]).toEqual(['verdict', { text: 'HTTPS://ZHENG.EXAMPLE.CN/V/2', matter: '公租房申请' }])
})

describe('no verdict', () => {
  const none = () => [checks.stage.value, checks.verdict.value, checks.problem.value?.trouble]
  it('without a network: at once, and nothing is sent', async () => {
    await always(VALID)
    network.online.value = false
    await checks.check('CODE', 'camera')
    expect(none()).toEqual(['problem', null, 'offline'])
    expect(server.asked).toHaveLength(0)
    expect(heard.play).toHaveBeenCalledExactlyOnceWith(signals.SIGNALS.fault.beeps)
  })

  it.each([
    ['a Wi-Fi page that says 有效', (response: ServerResponse) => html(response, 200), 'portal'],
    ['a page of an error', (response: ServerResponse) => html(response, 500), 'broken'],
    ['half an answer', (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"word": "有效", "col'), 'portal'],
    ['an answer without its parts', (response: ServerResponse) => json(response, 200, { word: '有效', colour: 'green' }), 'portal'],
    ['a green that says 已吊销', (response: ServerResponse) => json(response, 200, { ...VALID, word: '已吊销' }), 'portal'],
    ['an empty one', (response: ServerResponse) => response.writeHead(204).end(), 'portal'],
    ['a refusal', (response: ServerResponse) => json(response, 429, { code: 'too_many', detail: '查验码试得太多了。请一小时后再试' }), 'refused'],
  ])('%s', async (_, answer, trouble) => {
    await against((__, response) => void answer(response))
    await checks.check('CODE', 'camera')
    expect(none()).toEqual(['problem', null, trouble])
    expect(heard.play).toHaveBeenCalledExactlyOnceWith(signals.SIGNALS.fault.beeps)
  })

  it('an earlier green does not stay beside a later failure', async () => {
    let times = 0
    await against((_, response) => (times++ ? html(response, 200) : json(response, 200, VALID)))
    await checks.check('CODE', 'camera')
    await checks.check('OTHER', 'camera')
    expect(none()).toEqual(['problem', null, 'portal'])
    expect(checks.canShowLast.value).toBe(false)
  })

  it('trying again sends the same text', async () => {
    let times = 0
    await against((_, response) => (times++ ? json(response, 200, VALID) : html(response, 200)))
    await checks.check('CODE', 'camera')
    await checks.retry()
    expect([checks.stage.value, JSON.parse(server.asked[1]!.body).text]).toEqual(['verdict', 'CODE'])
  })
})

describe('a slow network', () => {
  it('is explained after a while, and an answer that comes after cancelling is no verdict', async () => {
    let release: () => void = () => undefined
    await against((_, response) => (release = () => json(response, 200, VALID)))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const running = checks.check('CODE', 'camera')
    expect([checks.stage.value, checks.slow.value]).toEqual(['checking', false])
    vi.advanceTimersByTime(3000)
    expect(checks.slow.value).toBe(true)
    checks.cancel()
    vi.useRealTimers()
    await vi.waitFor(() => expect(server.asked).toHaveLength(1))
    release()
    await running
    expect([checks.stage.value, checks.verdict.value, checks.slow.value]).toEqual(['ready', null, false])
    expect(heard.play).not.toHaveBeenCalled()
  })
})

it('keeps nothing of what it saw on the phone', async () => {
  await always(VALID)
  await checks.check('CODE', 'camera')
  expect([...memory.keys()]).toEqual([])
})
