/**
 * The built mini-program on a phone that is not there: real compiled pages (wcc, wcsc), real HTTP, and WeChat's own calls
 * answered as WeChat answers them. One app a process: the built app keeps its state in its modules.
 */
const path = require('node:path')
const { Hand } = require('./hand.cjs')
const { Network } = require('./network.cjs')
const { Pages } = require('./pages.cjs')
const { answering, Storage } = require('./storage.cjs')
const { wechat, WILLING } = require('./wechat.cjs')
const { simulator } = require('../../../tools/demo-server.cjs')

const BUILD = process.env.MP_BUILD ?? path.resolve(__dirname, '../../../dist/build/mp-weixin')
/** After a tap: this long without a request counts as settled. */
const QUIET = 30

class Phone {
  constructor(server, user) {
    this.user = { ...WILLING, ...user }
    this.storage = new Storage()
    this.network = new Network(server)
    this.pages = new Pages(BUILD)
    this.hand = new Hand(this)
    /** What went wrong and nobody caught. */
    this.faults = []
    this.order = async (name, facts) => {
      const body = JSON.stringify(facts)
      const answer = await fetch(`${simulator(server, 'wechat')}/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
      return answer.json()
    }
  }

  /** What a button with an `open-type` brings: WeChat asks the person, the page gets an event. */
  async openType(kind, fire) {
    if (kind === 'getPhoneNumber') {
      const agreed = this.user.accepts && this.user.phone
      const { code } = agreed ? await this.order('phone_codes', { phone: this.user.phone, openid: this.user.openid }) : {}
      fire('getphonenumber', agreed ? { code, errMsg: 'getPhoneNumber:ok' } : { errMsg: 'getPhoneNumber:fail user deny' })
    }
    if (kind === 'agreePrivacyAuthorization') fire('agreeprivacyauthorization', {})
  }

  /** Nothing is on its way any more. */
  async settled() {
    let quiet = 0
    while (quiet < QUIET) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      quiet = this.network.waiting ? 0 : quiet + 5
    }
    this.refuseFaults()
  }

  refuseFaults() {
    const [first] = this.faults.splice(0)
    if (first) throw first instanceof Error ? first : new Error(String(first))
  }

  /** Opens a page as a link in a message does: nothing under it. */
  async visit(url) {
    this.pages.reLaunch(url)
    await this.settled()
  }

  /** The app is killed and started again: only what storage holds remains. */
  async restart() {
    this.pages.forget()
    for (const file of Object.keys(require.cache)) if (file.startsWith(`${BUILD}${path.sep}`)) delete require.cache[file]
    await this.start()
  }

  async start() {
    require(path.join(BUILD, 'app.js'))
    const app = global.getApp()
    const launch = { path: this.pages.first, query: {}, scene: 1001 }
    app.onLaunch?.(launch)
    app.onShow?.(launch)
    this.pages.push(`/${this.pages.first}`)
    await this.settled()
  }
}

/** Starts the app. @param server the demonstration's address. @param user see WILLING in wechat.cjs. */
async function open(server, user = {}) {
  const phone = new Phone(server, user)
  install(phone)
  await phone.start()
  return phone
}

/** Puts WeChat's globals in place. */
function install(phone) {
  const complain = console.error
  console.error = (...words) => (phone.faults.push(words.find((word) => word instanceof Error) ?? words.join(' ')), complain(...words))
  process.on('unhandledRejection', (fault) => phone.faults.push(fault))
  let app
  global.App = (options) => (app = Object.assign(options, { globalData: options.globalData ?? {} }))
  global.getApp = () => app
  global.Page = () => {
    throw new Error('uni-app makes its pages by Component')
  }
  global.getCurrentPages = () => phone.pages.instances()
  const calls = { ...phone.storage.api(), ...phone.network.api(), ...wechat(phone.user, phone.order), ...navigation(phone.pages) }
  // uni-app looks at every call WeChat has, and asks for some that this host has not: those are undefined.
  global.wx = new Proxy({ ...calls, ...listening(phone) }, { has: () => true })
}

const EVENTS = ['AppShow', 'AppHide', 'NetworkStatusChange', 'ThemeChange', 'WindowResize', 'KeyboardHeightChange', 'MemoryWarning', 'UserCaptureScreen',
  'Error', 'UnhandledRejection', 'PageNotFound', 'AudioInterruptionBegin', 'AudioInterruptionEnd']

/** `wx.onX` and `wx.offX`; `phone.happens('X', facts)` tells whoever listens. */
function listening(phone) {
  const heard = new Map(EVENTS.map((name) => [name, new Set()]))
  phone.happens = (name, facts) => heard.get(name).forEach((listener) => listener(facts))
  const pair = ([name, listeners]) => [
    [`on${name}`, (listener) => void listeners.add(listener)],
    [`off${name}`, (listener) => (listener ? void listeners.delete(listener) : listeners.clear())],
  ]
  return Object.fromEntries([...heard].flatMap(pair))
}

function navigation(pages) {
  const going = (work) => answering((options) => void work(options))
  return {
    navigateTo: going(({ url }) => pages.navigateTo(url)),
    redirectTo: going(({ url }) => pages.redirectTo(url)),
    reLaunch: going(({ url }) => pages.reLaunch(url)),
    navigateBack: going(({ delta }) => pages.navigateBack(delta)),
    switchTab: answering(() => {
      throw new Error('switchTab:fail can not switch to no-tabBar page')
    }),
  }
}

module.exports = { open, BUILD }
