/** Whole journeys without a mouse or a finger: every step by Tab, Enter, arrows and typing. */
import { expect, open, settled, test, type Someone } from './harness/fixtures'
import { Keys } from './harness/keys'
import { newPerson, PIN, smsCode, smsMessages } from './harness/people'

const WORDS = '我在村里种了十亩水稻，去年也种，农资店赊化肥要看'
const TITLE = '务农情况证明'

test.describe.configure({ mode: 'serial' })
test.setTimeout(240_000)

test('from first use to a signed certificate by keyboard alone', async ({ hand, clerk, approver }) => {
  const worker = await hand()
  await test.step('登录、实名', () => firstUse(worker))
  const id = await test.step('申请', () => apply(worker))
  await test.step('经办人认领、送签', () => handle(clerk, id))
  await test.step('负责人看到最后，输密码', () => sign(approver, id))
})

async function firstUse({ page }: Someone): Promise<void> {
  const person = await newPerson()
  const keys = new Keys(page)
  await open(page, 'pages/first-use/first-use')
  await keys.press('同意，去登录')
  await keys.fill('手机号', person.phone)
  const had = (await smsMessages(person.phone)).length
  await keys.press('获取验证码')
  await keys.fill('短信验证码', await smsCode(person.phone, had))
  await keys.press('登录')
  await keys.press('现在实名')
  await keys.press('同意，下一步')
  await keys.fill('姓名', person.name)
  await keys.fill('证件号码', person.id_number)
  await keys.press('核对')
  await expect(page.getByText('实名完成')).toBeVisible()
  await keys.press('继续')
  await settled(page)
}

/** @returns the application's id */
async function apply({ page }: Someone): Promise<string> {
  const keys = new Keys(page)
  await open(page, 'pages/home/home')
  await keys.fill('你要办什么？', WORDS)
  await keys.press('查一查')
  await expect(page.getByText(`您问的：${WORDS}`)).toBeVisible()
  await keys.press(/^(去申请|说不清，交给村里看)$/)
  await keys.fill(/哪个村/, '柏树村')
  await page.keyboard.press('Enter')
  await keys.press(/柏树村.*黄沙铺镇/)
  await keys.press('下一步')
  await keys.press('上一步')
  await keys.choose('都不是，我自己写')
  await keys.fill('证明的名称', TITLE)
  await keys.press('下一步')
  await keys.fill('办什么事要用？', '赊购农资')
  await keys.press('下一步')
  await keys.fill('交给哪个单位？', '深圳市远方农资有限公司')
  await keys.choose('在外地')
  await keys.press('下一步')
  await expect(page.getByLabel('要证明什么事？')).toHaveValue(WORDS)
  for (const step of ['下一步', '下一步', '下一步']) await keys.press(step)
  await expect(page.getByText('看看对不对')).toBeVisible()
  await keys.press('提交')
  await expect(page.getByRole('alert').filter({ hasText: '已提交' })).toBeVisible()
  return new URL(page.url().replace('/#/', '/')).searchParams.get('id')!
}

async function handle({ page }: Someone, id: string): Promise<void> {
  const keys = new Keys(page)
  await open(page, `pages/committee/case?id=${id}`)
  await keys.press(/^认领/)
  await keys.press(/改正文|修改正文/)
  await keys.fill('证明正文', '该户在本村承包并耕种水稻十亩，情况属实。')
  await keys.press('保存正文')
  await settled(page)
  await keys.press(/^送签/)
  await settled(page)
}

async function sign({ page }: Someone, id: string): Promise<void> {
  const keys = new Keys(page)
  await open(page, `pages/committee/approve?id=${id}`)
  // Going down by Tab is reading to the end: the button that asked for it becomes the one that signs.
  await expect(page.getByRole('button', { name: '请看到最后，再签批' })).toBeVisible()
  await keys.to('签批并用印')
  await page.keyboard.press('Enter')
  await keys.fill('签批密码（6 位数字）', PIN)
  await keys.press('签批并用印')
  await expect(page.getByRole('alert').filter({ hasText: '已签批' })).toBeVisible()
}
