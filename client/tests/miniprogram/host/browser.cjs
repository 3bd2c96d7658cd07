/** A document for miniprogram-simulate to render into: must be required before it, and before the built app. */
const { JSDOM } = require('jsdom')

const dom = new JSDOM('<!doctype html><body></body>', { url: 'http://127.0.0.1/', pretendToBeVisual: true })
const NAMES = ['document', 'Element', 'Node', 'HTMLElement', 'Event', 'CustomEvent', 'MutationObserver', 'requestAnimationFrame', 'cancelAnimationFrame']
global.window = dom.window
for (const name of NAMES) global[name] = dom.window[name]

module.exports = { body: dom.window.document.body, simulate: require('miniprogram-simulate'), exparser: require('miniprogram-exparser') }
