/** The whole story in four browsers at phone size: a worker far from home, the village's clerk and approver, a counter. */
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, open, settled, test, type Someone } from './harness/fixtures'
import { newPerson, PIN, smsCode, smsMessages } from './harness/people'

const PHOTO = path.resolve(__dirname, '../../tests/files/photo-with-gps.jpg')
const WORDS = '去年七月发大水，我家住的老屋后墙倒了，要给工地上的领导看，请假回去修房子'
const EDITED = '2025年7月连降暴雨，该户位于本村三组的房屋后墙倒塌，情况属实。'
const TITLE = '房屋受灾情况证明'

test.describe.configure({ mode: 'serial' })
test.setTimeout(240_000)

test('from a worker’s own words to a counter’s verdict', async ({ hand, clerk, approver }) => {
  const person = await newPerson()
  const worker = await hand()
  await test.step('第一次使用：看同意书、短信登录、实名', () => firstUse(worker, person))
  const application = await test.step('申请', () => apply(worker))
  await test.step('村文书：认领、改正文、送签', () => handle(clerk, application))
  await test.step('负责人：看到最后，输密码签批', () => approve(approver, application))
  const shown = await test.step('证明进卡包，亮证', () => showCode(worker))
  const counter = await hand('counter', { sees: shown })
  await test.step('窗口扫出有效', () => scan(counter))
  await test.step('持证人看得到谁查过', () => looks(worker))
})

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

async function firstUse({ page }: Someone, person: { name: string; id_number: string; phone: string }): Promise<void> {
  await open(page, 'pages/first-use/first-use')
  await press(page, '同意，去登录')
  const byCode = page.getByRole('button', { name: '用短信验证码登录' })
  if (await byCode.isVisible()) await byCode.click()
  await page.getByLabel('手机号').fill(person.phone)
  const had = (await smsMessages(person.phone)).length
  await press(page, '获取验证码')
  await page.getByLabel('短信验证码').fill(await smsCode(person.phone, had))
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await press(page, '现在实名')
  await press(page, '同意，下一步')
  await page.getByLabel('姓名').fill(person.name)
  await page.getByLabel('证件号码').fill(person.id_number)
  await press(page, '核对')
  await expect(page.getByText('实名完成')).toBeVisible()
  await press(page, '继续')
  await settled(page)
}

/** @returns the application's id */
async function apply({ page }: Someone): Promise<string> {
  await open(page, 'pages/home/home')
  await page.getByLabel('你要办什么？').fill(WORDS)
  await press(page, '查一查')
  await expect(page.getByText(`您问的：${WORDS}`)).toBeVisible()
  await press(page, '去申请')
  await page.getByLabel(/哪个村/).fill('柏树村')
  await page.getByLabel(/哪个村/).press('Enter')
  await press(page, /柏树村.*黄沙铺镇/)
  await press(page, '下一步')
  // the check made a guess of what kind; the worker goes back and names it
  await press(page, '上一步')
  await page.getByText('都不是，我自己写').click()
  await page.getByLabel('证明的名称').fill(TITLE)
  await press(page, '下一步')
  await page.getByLabel('办什么事要用？').fill('向单位请假')
  await press(page, '下一步')
  await page.getByLabel('交给哪个单位？').fill('深圳市远方建设有限公司')
  await page.getByText('在外地').click()
  await press(page, '下一步')
  await expect(page.getByLabel('要证明什么事？')).toHaveValue(WORDS)
  await press(page, '下一步')
  await press(page, '下一步')
  const chooser = page.waitForEvent('filechooser')
  await press(page, '从相册选')
  await (await chooser).setFiles(PHOTO)
  await expect(page.getByText('已传好')).toBeVisible({ timeout: 15_000 })
  await press(page, '下一步')
  await expect(page.getByText('看看对不对')).toBeVisible()
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: '已提交' })).toBeVisible()
  return new URL(page.url().replace('/#/', '/')).searchParams.get('id')!
}

async function handle({ page }: Someone, application: string): Promise<void> {
  await open(page, 'pages/committee/inbox')
  await expect(page.getByText(TITLE).first()).toBeVisible()
  await open(page, `pages/committee/case?id=${application}`)
  await press(page, /^认领/)
  await press(page, /改正文|修改正文/)
  await page.getByLabel('证明正文').fill(EDITED)
  await press(page, '保存正文')
  await settled(page)
  await press(page, /送签|送负责人|提交签批/)
  await settled(page)
}

async function approve({ page }: Someone, application: string): Promise<void> {
  await open(page, `pages/committee/approve?id=${application}`)
  await expect(page.getByText(EDITED).first()).toBeVisible()
  await press(page, '请看到最后，再签批')
  await press(page, '签批并用印')
  for (const digit of PIN) await page.getByRole('button', { name: digit, exact: true }).click()
  const sign = page.getByRole('dialog').getByRole('button', { name: '签批并用印' })
  if (await sign.isVisible()) await sign.click()
  await expect(page.getByRole('alert').filter({ hasText: /签批|用印|生效/ }).first()).toBeVisible()
}

/** @returns a photograph of the worker's screen with the show-code on it */
async function showCode({ page }: Someone): Promise<Buffer> {
  await expect(async () => {
    await open(page, 'pages/wallet/list')
    await expect(page.getByText(TITLE).first()).toBeVisible({ timeout: 1_000 })
    await page.getByRole('button', { name: new RegExp(TITLE) }).first().click()
    await expect(page.getByRole('button', { name: '亮证给窗口扫' })).toBeVisible({ timeout: 3_000 })
  }).toPass({ timeout: 40_000 })
  await press(page, '亮证给窗口扫')
  await page.getByText('证明全部内容').click()
  await press(page, '开始亮证')
  await expect(page.getByText(/秒后自动换新码/)).toBeVisible()
  await press(page, '放大，满屏给对方扫')
  return page.screenshot()
}

async function scan({ page }: Someone): Promise<void> {
  await open(page, 'pages/counter/scan')
  await page.getByRole('textbox', { name: /办什么事|或写别的事/ }).fill('公租房申请')
  await press(page, '开始扫码')
  await expect(page.getByRole('heading', { name: '有效', exact: true, level: 2 })).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText(EDITED)).toBeVisible()
}

async function looks({ page }: Someone): Promise<void> {
  await expect(page.getByText('对方已经核验')).toBeVisible({ timeout: 15_000 })
  await open(page, 'pages/wallet/looks')
  await expect(page.getByText('公租房申请').first()).toBeVisible()
}
