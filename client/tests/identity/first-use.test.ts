import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memory, phoneAt } from '../core/phone'
import { json, serve, type Answering, type TestServer } from '../core/server'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))
const faces = { outcome: 'done' }
vi.mock('@/platform/login', () => ({ deviceName: () => '测试手机', weChatCode: async () => '', checkFace: async () => faces.outcome, inWeChat: false }))

let server: TestServer
let login: typeof import('@/features/identity/useLogin')
let names: typeof import('@/features/identity/useRealName')
let consents: typeof import('@/features/identity/useConsents')
let session: typeof import('@/session')

const ME = { account: { id: 'a1', phone: '138****8000' }, person: null, roles: [], acts_for: [] }
const NAMED = { ...ME, person: { id: 'p1', name: '张*' } }
const TOKENS = { access_token: 't', refresh_token: 'r', expires_in: 3600, account: ME.account }

async function against(answering: Answering) {
  server = await serve(answering)
  phoneAt(server.origin)
  vi.resetModules()
  login = await import('@/features/identity/useLogin')
  names = await import('@/features/identity/useRealName')
  consents = await import('@/features/identity/useConsents')
  session = await import('@/session')
}

beforeEach(() => {
  faces.outcome = 'done'
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await server.close()
})

describe('logging in by SMS', () => {
  it('sends the code once a minute and says until when to wait', async () => {
    await against((_, response) => json(response, 202, { expires_in: 300, phone: '138****8000' }))
    const { form, sendCode, sendWords, again } = login.useSmsLogin()
    form.phone = '+86 138 0013 8000'
    await sendCode()
    await sendCode()
    expect(server.asked).toHaveLength(1)
    expect(JSON.parse(server.asked[0]!.body)).toEqual({ phone: '13800138000' })
    expect(again.left.value).toBeGreaterThan(55)
    expect(sendWords.value).toMatch(/后可以再发/)
  })

  it('a limit is told in the server’s words, and the button waits as long', async () => {
    await against((_, response) => json(response, 429, { code: 'too_many', detail: '太频繁，请一小时后再试' }, { 'retry-after': '3600' }))
    const { form, sendCode, send, again } = login.useSmsLogin()
    form.phone = '13800138000'
    await sendCode()
    expect(send.problem.value?.message).toContain('一小时后')
    expect(again.left.value).toBeGreaterThan(3500)
  })

  it('a half-typed number asks nothing of the server', async () => {
    await against((_, response) => json(response, 202, {}))
    const { form, sendCode } = login.useSmsLogin()
    form.phone = '1380013'
    await sendCode()
    expect(server.asked).toHaveLength(0)
  })

  it('hands in what was agreed to before, and knows who it is', async () => {
    await against((asked, response) => json(response, 200, asked.path.endsWith('/me') ? ME : asked.path.includes('login') ? TOKENS : { given: true }))
    consents.rememberPrivacyRead('2026-01')
    const { form, logIn } = login.useSmsLogin()
    Object.assign(form, { phone: '13800138000', code: '２０４８１６' })
    expect(await logIn()).toBe(true)
    const consent = server.asked.find((asked) => asked.path.endsWith('/consents'))
    expect(JSON.parse(consent!.body)).toEqual({ kind: 'privacy_policy', text_version: '2026-01' })
    expect(JSON.parse(server.asked[0]!.body).code).toBe('204816')
    expect(session.session.me?.account.id).toBe('a1')
  })

  it('is logged in although the network drops right after: the code is spent', async () => {
    await against((asked, response) => (asked.path.includes('login') ? json(response, 200, TOKENS) : response.destroy()))
    const { form, logIn } = login.useSmsLogin()
    Object.assign(form, { phone: '13800138000', code: '204816' })
    expect(await logIn()).toBe(true)
    expect(session.session.loggedIn).toBe(true)
  }, 20_000)

  it('a Wi-Fi log-in page is no log-in', async () => {
    await against((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>请登录 Wi-Fi</html>')
    })
    const { form, logIn, confirm } = login.useSmsLogin()
    Object.assign(form, { phone: '13800138000', code: '204816' })
    expect(await logIn()).toBe(false)
    expect(confirm.problem.value?.trouble).toBe('portal')
  })

  it('WeChat without a code says what else there is', async () => {
    await against((_, response) => json(response, 200, TOKENS))
    const { logIn, confirm, bind } = login.useWeChatLogin()
    expect(await logIn()).toBe(false)
    expect(confirm.problem.value?.message).toContain('短信')
    await bind.run(null)
    expect(bind.problem.value?.message).toContain('没有同意')
    expect(server.asked).toHaveLength(0)
  })
})

describe('the real name', () => {
  const attempt = (state: string, more = {}) => ({ id: 'x', state, words: '', reason: null, name: '', desk_code: null, ...more })

  it('asks nobody while the number cannot be right', async () => {
    await against((_, response) => json(response, 200, attempt('matched')))
    const work = names.useRealName()
    Object.assign(work.form, { name: '张三', number: '110105194912310021' })
    await work.submit(null)
    expect(server.asked).toHaveLength(0)
    expect(work.faults.value.number).toContain('最后一位')
  })

  it('a thirty-character name goes through whole, and the number as the register writes it', async () => {
    await against((asked, response) => json(response, 200, asked.path.endsWith('/me') ? NAMED : attempt('matched')))
    const work = names.useRealName()
    const name = `${'阿'.repeat(15)}·${'买'.repeat(14)}`
    Object.assign(work.form, { name, number: '11010519491231002x' })
    await work.submit('2026-01')
    expect(JSON.parse(server.asked[0]!.body)).toEqual({ name, id_number: '11010519491231002X', consent_version: '2026-01' })
    expect(session.session.me?.person?.id).toBe('p1')
  })

  it('keeps the name of a step left half-way, never the number', async () => {
    await against((_, response) => json(response, 404, { code: 'not_found' }))
    const work = names.useRealName()
    Object.assign(work.form, { name: '张三', number: '11010519491231002X' })
    await new Promise((resolve) => setTimeout(resolve))
    expect([...memory.values()].join()).not.toContain('1101051949')
    expect(names.useRealName().form.name).toBe('张三')
  })

  it('no check yet is no fault', async () => {
    await against((_, response) => json(response, 404, { code: 'not_found', detail: '您还没有做过实名认证' }))
    const work = names.useRealName()
    await work.state.reload()
    expect([work.attempt.value, work.state.problem.value]).toEqual([null, null])
  })

  it('a face check that was cancelled asks the server for no verdict; a done one does', async () => {
    await against((asked, response) => json(response, 200, asked.path.endsWith('/face') ? { verify_id: 'v' } : attempt('desk', { desk_code: '2048 1632' })))
    const work = names.useRealName()
    faces.outcome = 'cancelled'
    await work.face.run()
    expect(server.asked.map((asked) => asked.path.split('/').pop())).toEqual(['face'])
    faces.outcome = 'done'
    await work.face.run()
    expect(work.attempt.value?.desk_code).toBe('2048 1632')
  })
})

describe('a consent', () => {
  it('renewed meanwhile is shown in its new words, not taken as given', async () => {
    let version = '2026-01'
    await against((asked, response) => {
      if (asked.method === 'GET') return json(response, 200, { items: [{ kind: 'face', version, given: false, text: version }] })
      version = '2026-02'
      json(response, 422, { code: 'old_consent_text', detail: '同意书已更新' })
    })
    const consent = consents.useConsent('face')
    await consent.look()
    expect(await consent.agree()).toBe(false)
    expect(consent.state.value?.version).toBe('2026-02')
  })
})
