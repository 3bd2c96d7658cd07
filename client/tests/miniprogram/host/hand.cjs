/** What a finger and an eye do with the page on top: see words, tap them, type into a named field. */
const { default: jsQR } = require('jsqr')
const { GifReader } = require('omggif')
const { exparser } = require('./browser.cjs')

const PATIENCE = 10_000
const SPACE = /\s+/g

class Hand {
  /** @param phone the open app (`open` in app.cjs) */
  constructor(phone) {
    this.phone = phone
  }

  /** Everything the page on top says, as one line. */
  words() {
    return spoken(this.phone.pages.top.holder)
  }

  /** Waits until the page says this. @param wanted words, or a pattern */
  async see(wanted) {
    const there = () => (typeof wanted === 'string' ? this.words().includes(wanted) : wanted.test(this.words()))
    await this.until(there, () => `没有看到“${wanted}”。页面 ${this.phone.pages.top.route} 上是：${this.words()}`)
  }

  async at(route) {
    await this.until(() => this.phone.pages.top?.route === route, () => `应在 ${route}，现在在 ${this.phone.pages.top?.route}：${this.words()}`)
  }

  /** Taps what says this, in whole or (when nothing does in whole) in part. */
  async tap(words) {
    const found = await this.find(words)
    const button = found.closest('wx-button')
    if (button && attribute(button, 'disabled')) throw new Error(`“${words}”现在不能按。页面上是：${this.words()}`)
    fire(found, 'tap', {}, { bubbles: true, composed: true, capturePhase: true })
    if (button) await this.phone.openType(attribute(button, 'open-type'), (name, detail) => fire(button, name, detail))
    await this.phone.settled()
  }

  /** Types into the field of this name (its label or its placeholder), as a keyboard does. */
  async type(label, value) {
    const field = await this.field(label)
    if (attribute(field, 'disabled')) throw new Error(`“${label}”现在不能填写`)
    fire(field, 'focus', { value: '' })
    fire(field, 'input', { value, cursor: value.length })
    fire(field, 'blur', { value })
    await this.phone.settled()
  }

  /** Presses the keyboard's own “done”. */
  async confirm(label, value) {
    fire(await this.field(label), 'confirm', { value })
    await this.phone.settled()
  }

  async field(label) {
    const named = (element) => [attribute(element, 'aria-label'), attribute(element, 'placeholder')].some((name) => name?.includes(label))
    return this.until(() => this.all('wx-input, wx-textarea').find(named), () => `没有叫“${label}”的输入框：${this.words()}`)
  }

  /** The smallest element that says this and can be seen. */
  async find(words) {
    const look = () => {
      const saying = this.all('*').filter((element) => names(element).some((name) => name.includes(words)))
      const whole = saying.filter((element) => names(element).includes(words))
      // one sign is a key's whole name, and stands in many texts
      return (whole.length || words.length === 1 ? whole : saying).at(-1)
    }
    return this.until(look, () => `没有可以按的“${words}”。页面 ${this.phone.pages.top.route} 上是：${this.words()}`)
  }

  /** What the QR code on the screen says, read as a camera would read it. */
  async readQr() {
    const picture = await this.until(() => this.all('wx-image').map((image) => attribute(image, 'src')).find((src) => src?.startsWith('data:image/gif')), () => `没有二维码：${this.words()}`)
    const gif = new GifReader(Buffer.from(picture.split(',')[1], 'base64'))
    const pixels = new Uint8ClampedArray(gif.width * gif.height * 4)
    gif.decodeAndBlitFrameRGBA(0, pixels)
    return jsQR(pixels, gif.width, gif.height).data
  }

  all(selector) {
    return [...this.phone.pages.top.holder.querySelectorAll(selector)].filter((element) => element.__wxElement)
  }

  async until(look, complaint) {
    const end = Date.now() + PATIENCE
    for (;;) {
      const found = look()
      if (found) return found
      this.phone.refuseFaults()
      if (Date.now() > end) throw new Error(complaint())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** What an element is called: its words, and the name a screen reader says. */
function names(element) {
  return [spoken(element), attribute(element, 'aria-label') ?? ''].filter(Boolean)
}

function spoken(element) {
  return (element.textContent ?? '').replace(SPACE, ' ').trim()
}

/** A native element's attribute as the template set it last: the browser's document does not show them. */
function attribute(element, dashed) {
  const name = dashed.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())
  return element.__wxElement?._vt?.attrs?.find((one) => one.name === name)?.value
}

function fire(element, name, detail, options = {}) {
  exparser.Event.dispatchEvent(element.__wxElement, exparser.Event.create(name, detail, options))
}

module.exports = { Hand }
