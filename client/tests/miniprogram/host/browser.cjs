/** A document for miniprogram-simulate to render into: must be required before it, and before the built app. */
const { JSDOM } = require('jsdom')

const dom = new JSDOM('<!doctype html><body></body>', { url: 'http://127.0.0.1/', pretendToBeVisual: true })
const NAMES = ['document', 'Element', 'Node', 'HTMLElement', 'Event', 'CustomEvent', 'MutationObserver', 'requestAnimationFrame', 'cancelAnimationFrame']
global.window = dom.window
for (const name of NAMES) global[name] = dom.window[name]

const simulate = require('miniprogram-simulate')

/** WeChat says `ready` to every component, the simulator only to those that stand when a page is attached. */
const register = global.Component
global.Component = (definition) => {
  const { attached, ready } = { ...definition, ...definition.lifetimes }
  const once = (instance, given) => {
    if (instance.saidReady) return
    instance.saidReady = true
    ready?.apply(instance, given)
  }
  const lifetimes = {
    ...definition.lifetimes,
    attached(...given) {
      attached?.apply(this, given)
      setTimeout(() => once(this, []), 0)
    },
    ready(...given) {
      once(this, given)
    },
  }
  register({ ...definition, lifetimes })
}

module.exports = { body: dom.window.document.body, simulate, exparser: require('miniprogram-exparser') }
