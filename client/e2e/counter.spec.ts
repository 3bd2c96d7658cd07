/** The counter: every way to give a code ends in a verdict or in words; nothing else ever looks like a verdict. */
import type { Page } from '@playwright/test'
import { expect, open, test } from './harness/fixtures'
import { hasNoViolations, overhang, smallTargets } from './harness/axe'
import { qrPicture } from './harness/codes'
import { logIn, PHONES, url } from './harness/people'

const SCAN = 'pages/counter/scan'
const PAYMENT = 'wxp://f2f0r0gF-9q7wTBnF4xv0qA1p7CkJ1rU5T8y'

interface Shown {
  text: string
}

/** A fresh show-code of the worker's first certificate. */
async function showCode(scope = 'name'): Promise<string> {
  const worker = await logIn(PHONES.worker)
  const { items } = await worker.get<{ items: { id: string; showable: boolean }[] }>('/mp/v1/wallet')
  const shown = await worker.post<Shown>('/mp/v1/showcodes', { item_id: items.find((one) => one.showable)!.id, scope, purpose: '子女入学报名' })
  return shown.text
}

async function choose(page: Page, matter = '公租房申请'): Promise<void> {
  await page.getByRole('textbox', { name: /办什么事|或写别的事/ }).fill(matter)
  await page.getByRole('button', { name: '开始扫码' }).click()
}

const verdict = (page: Page, word: string) => page.getByRole('heading', { name: word, exact: true, level: 2 })

/** What the verdict means and what to do, as it stands on the page. */
const told = (page: Page, words: string) => page.locator('.lead', { hasText: words })

/** Types as a hand scanner does: the whole code within some hundredths of a second, then Enter. */
async function handScan(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

test('the camera sees a show-code: green, in words, with the facts in scope', async ({ hand }) => {
  const { page } = await hand('counter', { sees: qrPicture(await showCode()) })
  await open(page, SCAN)
  await choose(page)
  await expect(verdict(page, '有效')).toBeVisible()
  await expect(page.getByRole('group', { name: '核验结论：有效，可以采用' })).toBeFocused()
  await expect(told(page, '请核对持证人本人和身份证件后办理')).toBeVisible()
  await expect(page.getByText('子女入学报名')).toBeVisible()
  await expect(page.getByText('（in_force）')).toBeVisible()
  await page.getByRole('button', { name: '继续扫码' }).click()
  await expect(page.getByText('还是刚才那个码，没有再核验')).toBeVisible()
  await expect(page.getByText('公租房申请')).toBeVisible()
})

test('a payment code gets advice, not a verdict on a paper', async ({ hand }) => {
  const { page } = await hand('counter', { sees: qrPicture(PAYMENT) })
  await open(page, SCAN)
  await choose(page)
  await expect(verdict(page, '不是本系统的码')).toBeVisible()
  await expect(told(page, '这是收付款码，请勿出示')).toBeVisible()
})

test('the robust reader reads by itself where the small one does not come', async ({ hand }) => {
  const { page, guard } = await hand('counter', { sees: qrPicture(PAYMENT), serviceWorkers: 'block' })
  guard.expect(/ERR_FAILED/)
  const fetched: string[] = []
  page.on('request', (request) => fetched.push(request.url()))
  await page.route('**/small.worker*', (route) => route.abort())
  await open(page, SCAN)
  await choose(page)
  await expect(verdict(page, '不是本系统的码')).toBeVisible()
  expect(fetched.some((address) => address.endsWith('.wasm') && address.startsWith(`${url()}/m/`))).toBe(true)
})

test('without a camera there are words and three other ways', async ({ counter: { page } }) => {
  await open(page, SCAN)
  await choose(page)
  await expect(page.getByRole('alert').filter({ hasText: /没有获得摄像头权限|这台设备没有摄像头/ })).toBeVisible()
  await expect(page.getByRole('button', { name: '从相册选图' })).toBeVisible()
  await expect(page.getByRole('button', { name: '输入文号' })).toBeVisible()
  await expect(page.getByText('用扫码枪的')).toBeVisible()
})

test('a hand scanner types anywhere, even into a field', async ({ counter: { page } }) => {
  await open(page, SCAN)
  await choose(page)
  await handScan(page, 'BEGIN:VCARD N:ZHANG SAN END:VCARD')
  await expect(verdict(page, '不是本系统的码')).toBeVisible()
  await expect(told(page, '这是名片码')).toBeVisible()
  await handScan(page, await showCode('full'))
  await expect(verdict(page, '有效')).toBeVisible()
  await page.getByRole('button', { name: '继续扫码' }).click()
  await page.getByRole('button', { name: '输入文号' }).click()
  await page.getByRole('textbox', { name: '文号' }).focus()
  await handScan(page, 'WIFI:T:WPA;S:DATING;P:12345678;;')
  await expect(told(page, '这是无线网络的码')).toBeVisible()
})

test('a picture from the album is read, and one without a code is said so', async ({ counter: { page } }) => {
  await open(page, SCAN)
  await choose(page)
  await pick(page, qrPicture('HTTPS://ZHENG.ANOTHER-CITY.GOV.CN/V/' + '7'.repeat(420)))
  await expect(told(page, '这是其他地方的证明验证码')).toBeVisible()
  await page.getByRole('button', { name: '继续扫码' }).click()
  await pick(page, await page.screenshot())
  await expect(page.getByText('这张图里没有找到二维码')).toBeVisible()
})

async function pick(page: Page, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '从相册选图' }).click()
  await (await chooser).setFiles({ name: 'code.png', mimeType: 'image/png', buffer })
}

test('without a network it says so at once; a Wi-Fi page and half an answer are no verdict', async ({ counter: { page, context, guard } }) => {
  guard.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
  await open(page, SCAN)
  await choose(page)
  await context.setOffline(true)
  await expect(page.getByRole('alert').filter({ hasText: '现在没有网络，不能核验' })).toBeVisible()
  await handScan(page, PAYMENT)
  await expect(page.getByText('这不代表证明有问题')).toBeVisible({ timeout: 1000 })
  await context.setOffline(false)
  await page.route('**/counter/verify', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>有效</h1>' }))
  await page.getByRole('button', { name: '再核验一次' }).click()
  await expect(page.getByText('回答的不是核验系统')).toBeVisible()
  await page.unroute('**/counter/verify')
  await page.route('**/counter/verify', (route) => route.fulfill({ json: { word: '有效', colour: 'green' } }))
  await page.getByRole('button', { name: '再核验一次' }).click()
  await expect(page.getByText('回答的不是核验系统')).toBeVisible()
  await expect(verdict(page, '有效')).toHaveCount(0)
})

test('a slow answer has words and a way out, and comes to nothing afterwards', async ({ counter: { page } }) => {
  await page.route('**/counter/verify', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 4000))
    await route.continue().catch(() => undefined)
  })
  await open(page, SCAN)
  await choose(page)
  await handScan(page, PAYMENT)
  await expect(page.getByText('正在核验…')).toBeVisible()
  await expect(page.getByText('网络较慢，还在等回音')).toBeVisible()
  await page.getByRole('button', { name: '取消，不等了' }).click()
  await expect(page.getByText('已取消，没有得到结论')).toBeVisible()
  await page.waitForTimeout(2500)
  await expect(verdict(page, '不是本系统的码')).toHaveCount(0)
})

test('every state of the page is accessible and fits', async ({ counter: { page } }) => {
  await open(page, SCAN)
  const examine = async (where: string) => {
    await hasNoViolations(page, where)
    expect.soft(await smallTargets(page), where).toEqual([])
    expect.soft(await overhang(page), where).toBeLessThanOrEqual(0)
  }
  await examine('choosing the matter')
  await choose(page)
  await examine('scanning')
  await page.getByRole('button', { name: '输入文号' }).click()
  await examine('typing')
  await page.getByRole('button', { name: '返回扫码' }).click()
  await handScan(page, await showCode('full'))
  await expect(verdict(page, '有效')).toBeVisible()
  await examine('verdict')
  await page.route('**/counter/verify', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>登录</h1>' }))
  await handScan(page, PAYMENT)
  await expect(page.getByRole('button', { name: '再核验一次' })).toBeVisible()
  await examine('no verdict')
})

test('a certificate by number and check code; today\'s list says of it what the verdict said', async ({ counter: { page } }) => {
  await open(page, SCAN)
  await choose(page, '子女入学')
  await page.getByRole('button', { name: '输入文号' }).click()
  await page.getByRole('button', { name: '核验', exact: true }).click()
  await expect(page.getByText('请照证明上的写')).toBeVisible()
  await page.getByRole('textbox', { name: '文号' }).fill('高新村证[2026]99号')
  await page.getByRole('textbox', { name: '查验码' }).fill('7K3M-Q2XW')
  await page.getByRole('button', { name: '核验', exact: true }).click()
  await expect(verdict(page, '不可信')).toBeVisible()
  await page.getByRole('button', { name: '今天' }).click()
  const row = page.getByRole('button', { name: /文号或查验码不符/ }).first()
  await expect(row).toContainText('子女入学')
  await row.click()
  await expect(told(page, '没有与这个文号和查验码相符的证明')).toBeVisible()
  await hasNoViolations(page, 'summary')
  await page.getByRole('button', { name: '关闭' }).click()
})

test('a pasted text of 20,000 characters is judged, and the newer certificate of a corrected one is one tap away', async ({ counter: { page } }) => {
  await open(page, SCAN)
  await choose(page)
  await page.getByRole('button', { name: '输入文号' }).click()
  await page.getByRole('textbox', { name: '文号' }).fill('证'.repeat(20_000))
  await page.getByRole('button', { name: '核验', exact: true }).click()
  await expect(told(page, '认不出这个码')).toBeVisible()
  const corrected = { word: '已更正', reason: 'superseded', sentence: '请让持证人出示新证明。', colour: 'blue', icon: 'arrow', kind: 'certificate', scope: 'public', purpose: '', facts: [], replaced_by_url: PAYMENT, checked_at: new Date().toISOString() }
  await page.route('**/counter/verify', (route) => route.fulfill({ json: corrected }), { times: 1 })
  await handScan(page, '8'.repeat(40))
  await expect(verdict(page, '已更正')).toBeVisible()
  await page.getByRole('button', { name: '核验更正后的新证明' }).click()
  await expect(told(page, '这是收付款码')).toBeVisible()
})

test('a desk is logged in by its code and the two digits; wrong ones and dead codes are said', async ({ counter: { page } }) => {
  const start = async () => (await (await fetch(`${url()}/mp/v1/auth/desk-logins`, { method: 'POST' })).json()) as { browser_secret: string; qr_text: string; digits: string }
  const desk = await start()
  await open(page, SCAN)
  await choose(page)
  await handScan(page, desk.qr_text)
  await expect(page.getByRole('heading', { name: '输入电脑屏幕上的两位数字' })).toBeVisible()
  await hasNoViolations(page, 'digits')
  const wrong = String((Number(desk.digits) + 1) % 100).padStart(2, '0')
  await page.getByRole('textbox', { name: '两位数字' }).fill(wrong)
  await page.getByRole('button', { name: '登录电脑' }).click()
  await expect(page.getByText('还可以试 2 次')).toBeVisible()
  await page.getByRole('textbox', { name: '两位数字' }).fill(desk.digits)
  await page.getByRole('button', { name: '登录电脑' }).click()
  await expect(page.getByText('电脑已经登录')).toBeVisible()
  const polled = await fetch(`${url()}/mp/v1/auth/desk-logins/poll`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ browser_secret: desk.browser_secret }),
  })
  expect(await polled.json()).toMatchObject({ access_token: expect.any(String) })

  await open(page, `pages/counter/desk-login?scanned=${encodeURIComponent(desk.qr_text)}`)
  await page.getByRole('textbox', { name: '两位数字' }).fill(desk.digits)
  await page.getByRole('button', { name: '登录电脑' }).click()
  await expect(page.getByText('这个登录二维码已失效')).toBeVisible()
})
