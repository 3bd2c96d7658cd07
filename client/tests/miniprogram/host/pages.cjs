/** WeChat's page stack over miniprogram-simulate: pages of the built package, at most ten deep. */
const path = require('node:path')
const { body, simulate } = require('./browser.cjs')

const DEEPEST = 10

class Pages {
  /** @param build the folder of the built mini-program */
  constructor(build) {
    this.build = build
    const { pages, subPackages = [] } = require(path.join(build, 'app.json'))
    this.known = [...pages, ...subPackages.flatMap((part) => part.pages.map((page) => `${part.root}/${page}`.replace('//', '/')))]
    this.first = pages[0]
    this.stack = []
    this.loaded = new Map()
  }

  get top() {
    return this.stack.at(-1)
  }

  /** The instances of the app's pages, the lowest first. */
  instances() {
    return this.stack.map((page) => page.instance)
  }

  navigateTo(url) {
    if (this.stack.length >= DEEPEST) throw new Error('navigateTo:fail webview count limit exceed')
    this.call('onHide')
    this.push(url)
  }

  redirectTo(url) {
    this.pop()
    this.push(url)
  }

  reLaunch(url) {
    while (this.stack.length) this.pop()
    this.push(url)
  }

  navigateBack(delta = 1) {
    if (this.stack.length < 2) return
    for (let n = 0; n < Math.min(delta, this.stack.length) && this.stack.length > 1; n++) this.pop()
    this.top.holder.hidden = false
    this.call('onShow')
  }

  push(url) {
    const [route, search = ''] = this.resolve(url).split('?')
    if (!this.known.includes(route)) throw new Error(`page "${route}" is not found`)
    // WeChat hands a page its query as it stands in the address, nothing decoded.
    const query = Object.fromEntries(search.split('&').filter(Boolean).map((pair) => split(pair)))
    for (const { holder } of this.stack) holder.hidden = true
    const holder = body.ownerDocument.createElement('section')
    body.appendChild(holder)
    const component = simulate.render(this.load(route))
    const { instance } = component
    Object.assign(instance, { route, options: query })
    this.stack.push({ route, query, component, instance, holder })
    component.attach(holder)
    this.call('onLoad', query)
    this.call('onShow')
    this.call('onReady')
  }

  pop() {
    const { component, holder } = this.top ?? {}
    if (!component) return
    this.call('onUnload')
    component.detach()
    holder.remove()
    this.stack.pop()
  }

  /** The app was killed: no page is open, none is loaded. */
  forget() {
    while (this.stack.length) this.pop()
    this.loaded.clear()
  }

  /** Calls a hook of the page on top, when it has it. */
  call(hook, argument) {
    const { instance } = this.top ?? {}
    if (typeof instance?.[hook] === 'function') return instance[hook](argument)
  }

  load(route) {
    if (!this.loaded.has(route)) {
      const file = path.join(this.build, route)
      this.loaded.set(route, simulate.load(file, 'page', { rootPath: this.build }))
    }
    return this.loaded.get(route)
  }

  resolve(url) {
    if (url.startsWith('/')) return url.slice(1)
    return path.posix.join(path.posix.dirname(this.top?.route ?? this.first), url)
  }
}

function split(pair) {
  const at = pair.indexOf('=')
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

module.exports = { Pages }
