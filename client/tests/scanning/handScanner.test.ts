// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, type App } from 'vue'
import { useHandScanner } from '@/features/scanning/useHandScanner'

vi.mock('@dcloudio/uni-app', () => ({ onShow: () => undefined, onHide: () => undefined }))

const CODE = 'HTTPS://ZHENG.EXAMPLE.CN/S/2653190'
let app: App
let heard: string[]
let clock = 0

beforeEach(() => {
  heard = []
  document.body.innerHTML = '<div id="app"></div><input id="field" value="公租" /><button id="button">继续</button>'
  app = createApp({ setup: () => (useHandScanner((text) => heard.push(text)), () => null) })
  app.mount('#app')
})
afterEach(() => app.unmount())

/** One key, as a browser would send it; what the page's own handling leaves of it. */
function press(key: string, pause: number, options: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options })
  Object.defineProperty(event, 'timeStamp', { value: (clock += pause) })
  const place = document.activeElement ?? document.body
  place.dispatchEvent(event)
  if (!event.defaultPrevented && key.length === 1 && place instanceof HTMLInputElement) place.value += key
  return event
}

function scan(text = CODE, pause = 4): KeyboardEvent {
  clock += 2000
  for (const key of text) press(key, pause)
  return press('Enter', pause)
}

it('hears a scan anywhere, and its Enter presses no button', () => {
  document.getElementById('button')!.focus()
  expect(scan().defaultPrevented).toBe(true)
  expect(heard).toEqual([CODE])
})

it('takes out of a field what was not meant for it, and lets the field know', () => {
  const field = document.getElementById('field') as HTMLInputElement
  const told = vi.fn()
  field.addEventListener('input', told)
  field.focus()
  scan()
  expect(heard).toEqual([CODE])
  expect(field.value).toBe('公租')
  expect(told).toHaveBeenCalledOnce()
})

it('leaves slow human typing in a field alone, Enter included', () => {
  const field = document.getElementById('field') as HTMLInputElement
  field.focus()
  expect(scan('房申请登记入学一二三', 180).defaultPrevented).toBe(false)
  expect([heard, field.value]).toEqual([[], '公租房申请登记入学一二三'])
})

it('does not listen any more once the page is gone', () => {
  app.unmount()
  scan()
  expect(heard).toEqual([])
  app = createApp({ render: () => null })
  app.mount('#app')
})
