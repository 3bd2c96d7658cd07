/** The main path tapped through the built mini-program: the worker, the village's clerk and approver, the counter. */
const path = require('node:path')
const { test, before, after } = require('node:test')
const { open } = require('./host/app.cjs')
const { startServer } = require('../../tools/demo-server.cjs')
const { newPerson, PHONES, PIN } = require('../../tools/callers.cjs')

const PHOTO = path.resolve(__dirname, '../../../tests/files/photo-with-gps.jpg')
const TITLE = '房屋受灾情况证明'
const WORDS = '去年七月发大水，我家住的老屋后墙倒了，要给工地上的领导看，请假回去修房子'
const EDITED = '2025年7月连降暴雨，该户位于本村三组的房屋后墙倒塌，情况属实。'

let server, phone, hand

before(async () => {
  server = process.env.E2E_URL ? { url: process.env.E2E_URL, stop: async () => {} } : await startServer()
  phone = await open(server.url)
  hand = phone.hand
})

after(async () => server.stop())

test('from a worker’s own words to a counter’s verdict, inside WeChat', async (context) => {
  const worker = await newPerson(server.url)
  let application, code
  await context.test('第一次使用：隐私协议、微信登录、手机号、实名', () => firstUse(worker))
  const kept = new Map(phone.storage.values)
  await context.test('申请', async () => (application = await apply()))
  await context.test('村文书：认领、改正文、送签', () => as(PHONES.clerk, () => handle(application)))
  await context.test('负责人：看到最后，输密码签批', () => as(PHONES.approver, () => approve(application)))
  await context.test('证明进卡包，亮证', () => asRemembered(kept, async () => (code = await showCode())))
  await context.test('窗口扫出有效', () => as(PHONES.counter, () => scan(code)))
})

/** Somebody takes the phone: what the last one left is gone, they log in by WeChat and their telephone number. */
async function as(number, act) {
  Object.assign(phone.user, { openid: `oStory${number}`, phone: number })
  phone.storage.values.clear()
  await phone.restart()
  await phone.visit('/pages/first-use/first-use')
  await hand.tap('同意，去登录')
  await hand.tap('微信一键登录')
  await hand.see(/用微信绑定的手机号|你要办什么/)
  if (hand.words().includes('用微信绑定的手机号')) await hand.tap('用微信绑定的手机号')
  await act()
}

async function asRemembered(values, act) {
  phone.storage.values = new Map(values)
  await phone.restart()
  await act()
}

async function firstUse({ name, id_number, phone: number, openid }) {
  Object.assign(phone.user, { openid, phone: number })
  await phone.visit('/pages/first-use/first-use')
  await hand.see('先请您看一看')
  await hand.tap('同意，去登录')
  await hand.tap('微信一键登录')
  await hand.see('登录好了')
  await hand.tap('用微信绑定的手机号')
  await hand.tap('现在实名')
  await hand.at('pages/first-use/real-name')
  await hand.tap('同意，下一步')
  await hand.type('姓名', name)
  await hand.type('证件号码', id_number)
  await hand.tap('核对')
  await hand.see('实名完成')
  await hand.tap('继续')
}

/** @returns the application's id */
async function apply() {
  phone.user.photo = PHOTO
  await phone.visit('/pages/home/home')
  await hand.type('你要办什么？', WORDS)
  await hand.tap('查一查')
  await hand.at('pages/apply/need')
  await hand.see(WORDS)
  await hand.tap('去申请')
  await hand.at('pages/apply/draft')
  await hand.type('哪个村', '柏树村')
  await hand.confirm('哪个村', '柏树村')
  await hand.tap('黄沙铺镇')
  await hand.tap('下一步')
  // the check made a guess of what kind; the worker goes back and names it
  await hand.tap('上一步')
  await hand.tap('都不是，我自己写')
  await hand.type('证明的名称', TITLE)
  await hand.tap('下一步')
  await hand.type('办什么事', '向单位请假')
  await hand.tap('下一步')
  await hand.type('交给哪个单位', '深圳市远方建设有限公司')
  await hand.tap('在外地')
  await hand.tap('下一步')
  await hand.see('要证明什么事')
  await hand.tap('下一步')
  await hand.tap('下一步')
  await hand.tap('从相册选')
  await hand.see('已传好')
  await hand.tap('下一步')
  await hand.see('看看对不对')
  await hand.tap('提交')
  await hand.at('pages/apply/submitted')
  await hand.see('已提交')
  return phone.pages.top.query.id
}

async function handle(application) {
  await phone.visit('/pages/committee/inbox')
  await hand.see(TITLE)
  await phone.visit(`/pages/committee/case?id=${application}`)
  await hand.tap('认领')
  await hand.tap('改正文')
  await hand.at('pages/committee/edit')
  await hand.type('证明正文', EDITED)
  await hand.tap('保存正文')
  await hand.at('pages/committee/case')
  await hand.tap('送签')
  await hand.see('待签批')
}

async function approve(application) {
  await phone.visit(`/pages/committee/approve?id=${application}`)
  await hand.see(EDITED)
  await hand.tap('签批并用印')
  for (const digit of PIN) await hand.tap(digit)
  await hand.see('已输入 6 位')
  await hand.tap('签批并用印')
  await hand.see(/等您签批的都办完了|还有 \d+ 件等您签批/)
}

/** @returns what the show-code on the screen says */
async function showCode() {
  await sealed()
  await hand.tap(TITLE)
  await hand.at('pages/wallet/item')
  await hand.tap('亮证给窗口扫')
  await hand.tap('证明全部内容')
  await hand.tap('开始亮证')
  await hand.see('秒后自动换新码')
  return hand.readQr()
}

/** Sealing is the server's own work: the wallet is opened again until the certificate is there. */
async function sealed() {
  for (let tries = 0; tries < 80; tries++) {
    await phone.visit('/pages/wallet/list')
    if (hand.words().includes(TITLE)) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`证明没有按时盖好章：${hand.words()}`)
}

async function scan(code) {
  phone.user.scan = code
  await phone.visit('/pages/counter/scan')
  await hand.type('办什么事', '公租房申请')
  await hand.tap('开始扫码')
  await hand.tap('扫一扫')
  await hand.see('可以采用')
  await hand.see(EDITED)
}
