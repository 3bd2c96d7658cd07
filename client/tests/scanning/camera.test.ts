// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, ref, type App } from 'vue'
import { useCamera } from '@/features/scanning/useCamera'

const hooks = vi.hoisted(() => ({ hide: () => undefined as void, show: () => undefined as void }))
vi.mock('@dcloudio/uni-app', () => ({
  onShow: (told: () => void) => (hooks.show = told),
  onHide: (told: () => void) => (hooks.hide = told),
}))
const seen = vi.hoisted(() => ({ text: null as string | null, looks: 0 }))
vi.mock('@/platform/scan', () => ({
  ScanFailed: class extends Error {},
  frameOf: () => ({ width: 1, height: 1, data: new Uint8ClampedArray(4) }),
  smallReader: () => ({ read: async () => (seen.looks++, seen.text), close: () => undefined }),
  robustReader: () => ({ read: async () => null, close: () => undefined }),
}))

let app: App
let camera: ReturnType<typeof useCamera>
let found: string[]
const looking = ref(true)
const track = () => Object.assign(new EventTarget(), { stop: vi.fn(), getCapabilities: () => ({ torch: true }), applyConstraints: vi.fn(async () => undefined) })

/** A browser whose camera answers so. */
function browserWith(getUserMedia: (() => Promise<unknown>) | undefined): void {
  Object.defineProperty(navigator, 'mediaDevices', { value: getUserMedia && { getUserMedia }, configurable: true })
}

function streamOf(one: ReturnType<typeof track>) {
  return { getVideoTracks: () => [one], getTracks: () => [one] }
}

function open(): void {
  document.body.innerHTML = '<div id="app"></div>'
  const video = ref({ srcObject: null, play: async () => undefined } as unknown as HTMLVideoElement)
  app = createApp({
    setup() {
      camera = useCamera(video, () => looking.value, (text) => found.push(text))
      return () => null
    },
  })
  app.mount('#app')
}

beforeEach(() => {
  vi.useFakeTimers()
  found = []
  seen.text = null
  seen.looks = 0
  looking.value = true
})
afterEach(() => {
  app.unmount()
  vi.useRealTimers()
})

describe('a camera that does not open', () => {
  const named = (name: string) => () => Promise.reject(new DOMException('', name))
  it.each([
    ['refused', named('NotAllowedError')],
    ['absent', named('NotFoundError')],
    ['absent', named('OverconstrainedError')],
    ['busy', named('NotReadableError')],
    ['busy', named('AbortError')],
    ['unsupported', undefined],
  ])('is %s', async (state, answers) => {
    browserWith(answers)
    open()
    await vi.advanceTimersByTimeAsync(10)
    expect(camera.state.value).toBe(state)
  })

  it('may be asked again, and then opens', async () => {
    browserWith(named('NotAllowedError'))
    open()
    await vi.advanceTimersByTimeAsync(10)
    browserWith(async () => streamOf(track()))
    await camera.open()
    expect(camera.state.value).toBe('live')
  })
})

describe('a live camera', () => {
  it('reads, and pauses while nobody is looking', async () => {
    browserWith(async () => streamOf(track()))
    open()
    await vi.advanceTimersByTimeAsync(200)
    seen.text = 'CODE'
    await vi.advanceTimersByTimeAsync(150)
    expect(found[0]).toBe('CODE')
    looking.value = false
    await vi.advanceTimersByTimeAsync(150)
    const before = seen.looks
    await vi.advanceTimersByTimeAsync(2000)
    expect(seen.looks).toBe(before)
  })

  it('stops when the page is hidden or left, and comes back', async () => {
    const tracks = [track(), track()]
    let count = 0
    browserWith(async () => streamOf(tracks[count++]!))
    open()
    await vi.advanceTimersByTimeAsync(10)
    hooks.hide()
    expect([tracks[0]!.stop.mock.calls.length, camera.state.value]).toEqual([1, 'off'])
    hooks.show()
    await vi.advanceTimersByTimeAsync(10)
    expect(camera.state.value).toBe('live')
    app.unmount()
    expect(tracks[1]!.stop).toHaveBeenCalled()
    open()
  })

  it('that opens after the page was left is let go at once', async () => {
    const late = track()
    let answer: (stream: unknown) => void = () => undefined
    browserWith(() => new Promise((resolve) => (answer = resolve)))
    open()
    hooks.hide()
    answer(streamOf(late))
    await vi.advanceTimersByTimeAsync(10)
    expect([late.stop.mock.calls.length, camera.state.value]).toEqual([1, 'off'])
  })

  it('taken away by the system says so', async () => {
    const one = track()
    browserWith(async () => streamOf(one))
    open()
    await vi.advanceTimersByTimeAsync(10)
    one.dispatchEvent(new Event('ended'))
    expect(camera.state.value).toBe('busy')
  })

  it('switches its lamp, and says when that is refused', async () => {
    const one = track()
    browserWith(async () => streamOf(one))
    open()
    await vi.advanceTimersByTimeAsync(10)
    await camera.torch()
    expect([camera.hasTorch.value, camera.torchOn.value]).toEqual([true, true])
    one.applyConstraints.mockRejectedValueOnce(new Error())
    await camera.torch()
    expect([camera.torchOn.value, camera.torchRefused.value]).toEqual([true, true])
  })
})
