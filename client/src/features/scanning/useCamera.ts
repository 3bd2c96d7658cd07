import { onHide, onShow } from '@dcloudio/uni-app'
import { onMounted, onUnmounted, ref, watch, type Ref } from 'vue'
import { CameraFailed, openCamera, type Camera, type CameraFault } from '@/platform/camera'
import { frameOf, robustReader, smallReader } from '@/platform/scan'
import { createFinder } from './finder'

export type CameraState = 'off' | 'opening' | 'live' | CameraFault

/** Between two pictures looked at, so that a weak phone stays cool. */
const PAUSE = 110
/** The longer side of the pictures that are read: a code of 61 modules still has 4 dots each at a third of it. */
const MOST = 960

/**
 * The live camera of a page and what it reads (web app only). It runs only while the page is shown and in front, and
 * looks at pictures only while `looking`; the picture itself stays on, so that the next scan begins at once.
 */
export function useCamera(video: Ref<HTMLVideoElement | null>, looking: () => boolean, found: (text: string) => void) {
  const state = ref<CameraState>('off')
  const hasTorch = ref(false)
  const torchOn = ref(false)
  const torchRefused = ref(false)
  const finder = createFinder({ small: smallReader, robust: robustReader }, found)
  let camera: Camera | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function open(): Promise<void> {
    if (state.value === 'live' || state.value === 'opening') return
    const mine = ++turn
    state.value = 'opening'
    try {
      const opened = await openCamera()
      if (mine !== turn) return opened.stop()
      await begin(opened)
    } catch (thrown) {
      if (!(thrown instanceof CameraFailed)) throw thrown
      if (mine === turn) state.value = thrown.why
    }
  }

  async function begin(opened: Camera): Promise<void> {
    camera = opened
    hasTorch.value = opened.hasTorch
    opened.onLost(() => opened === camera && lost())
    state.value = 'live'
    await show(opened.stream)
    schedule()
  }

  async function show(stream: MediaStream): Promise<void> {
    if (!video.value) return
    video.value.srcObject = stream
    // Left before it played: the next opening plays again.
    await video.value.play().catch(() => undefined)
  }

  function lost(): void {
    close()
    state.value = 'busy'
  }

  function close(): void {
    turn += 1
    clearTimeout(timer)
    camera?.stop()
    camera = null
    torchOn.value = hasTorch.value = false
    if (video.value) video.value.srcObject = null
    state.value = 'off'
  }

  function schedule(): void {
    clearTimeout(timer)
    if (camera) timer = setTimeout(look, PAUSE)
  }

  async function look(): Promise<void> {
    const frame = looking() && video.value ? frameOf(video.value, MOST) : null
    if (frame) await finder.look(frame, performance.now())
    schedule()
  }

  async function torch(): Promise<void> {
    const wanted = !torchOn.value
    const done = (await camera?.torch(wanted)) ?? false
    torchOn.value = done ? wanted : torchOn.value
    torchRefused.value = !done
  }

  function follow(): void {
    if (document.hidden) close()
    else void open()
  }

  watch(looking, () => finder.fresh())
  onMounted(() => {
    document.addEventListener('visibilitychange', follow)
    void open()
  })
  onShow(() => void open())
  onHide(close)
  onUnmounted(() => {
    document.removeEventListener('visibilitychange', follow)
    close()
    finder.close()
  })

  return { state, hasTorch, torchOn, torchRefused, open, torch }
}
