import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { phoneAt } from '../core/phone'
import { json, serve, type Answering, type TestServer } from '../core/server'

const QR = 'https://zheng.example.cn/desk/login#zheng-desk=kJ2_a9'
let server: TestServer
let desk: ReturnType<typeof import('@/features/desk-login/useDeskLogin').useDeskLogin>

async function against(answering: Answering): Promise<void> {
  server = await serve(answering)
  phoneAt(server.origin)
  vi.resetModules()
  desk = (await import('@/features/desk-login/useDeskLogin')).useDeskLogin()
}

async function tryPair(pair: string): Promise<void> {
  desk.digits.value = pair
  await desk.confirm()
}

const wrong: Answering = (_, response) => json(response, 422, { code: 'wrong_digits', detail: '两位数字不对，请看电脑屏幕上显示的数字' })

beforeEach(() => vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

describe('logging in at a desk', () => {
  it('takes the code, then the two digits, and is done', async () => {
    await against((_, response) => json(response, 200, { state: 'confirmed' }))
    expect(desk.step.value).toBe('scan')
    desk.take(QR)
    expect(desk.step.value).toBe('digits')
    await tryPair(' 07 ')
    expect(JSON.parse(server.asked[0]!.body)).toEqual({ qr_text: QR, digits: '07' })
    expect(desk.step.value).toBe('done')
  })

  it('any other code is said to be another one, and nothing is sent', async () => {
    await against(wrong)
    desk.take('wxp://f2f0')
    expect([desk.step.value, desk.notice.value]).toEqual(['scan', expect.stringContaining('不是电脑登录页上的二维码')])
  })

  it('less than two digits are asked for again, without the server', async () => {
    await against(wrong)
    desk.take(QR)
    await tryPair('7')
    expect([server.asked.length, desk.fault.value]).toEqual([0, expect.stringContaining('两位数字')])
  })

  it('wrong digits: how many tries are left, and after the third a new code', async () => {
    await against(wrong)
    desk.take(QR)
    await tryPair('11')
    expect([desk.step.value, desk.digits.value, desk.fault.value]).toEqual(['digits', '', expect.stringContaining('还可以试 2 次')])
    await tryPair('12')
    await tryPair('13')
    expect([desk.step.value, desk.notice.value]).toEqual(['scan', expect.stringContaining('已作废')])
    desk.take(QR)
    expect([desk.notice.value, desk.fault.value]).toEqual(['', ''])
  })

  it.each([
    [409, 'desk_login_over', '这个登录二维码已失效，请在电脑上刷新，再扫新的二维码'],
    [404, 'not_found', '这不是掌上证工作台的登录二维码'],
  ])('%i leads back to scanning, with the reason', async (status, code, detail) => {
    await against((_, response) => json(response, status, { code, detail }))
    desk.take(QR)
    await tryPair('47')
    expect([desk.step.value, desk.notice.value]).toEqual(['scan', `${detail}。`])
  })

  it('somebody without a post is told by the server, and may not go on', async () => {
    await against((_, response) => json(response, 403, { code: 'forbidden', detail: '只有在任的工作人员可以登录工作台' }))
    desk.take(QR)
    await tryPair('47')
    expect([desk.step.value, desk.problem.value?.message]).toEqual(['digits', '只有在任的工作人员可以登录工作台'])
  })
})
