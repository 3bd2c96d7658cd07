import { onHide, onShow } from '@dcloudio/uni-app'
import { onMounted, onUnmounted } from 'vue'
import { characterOf, createWedge } from './wedge'

/** Listens to a hand scanner anywhere on the page while it is shown. Only browsers have keys to listen to. */
export function useHandScanner(scanned: (text: string) => void): void {
  // #ifdef H5
  const hear = createWedge()
  let field: HTMLInputElement | null = null
  let before = ''
  let listening = false

  function pressed(event: KeyboardEvent): void {
    const place = writingPlace(event.target)
    const key = characterOf(event)
    const modified = event.ctrlKey || event.altKey || event.metaKey || event.repeat
    const { what, text } = hear({ key, at: event.timeStamp, inField: place !== null, modified })
    if (what === 'first') [field, before] = [place, place?.value ?? '']
    // A space or an Enter from the scanner must not press the button that has the focus.
    if (what === 'scan' || (what === 'burst' && !place)) swallow(event)
    if (what !== 'scan') return
    restore()
    scanned(text)
  }

  /** What the scanner typed into a field was not meant for it. */
  function restore(): void {
    if (field && field.value !== before) {
      field.value = before
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    field?.blur()
    field = null
  }

  function listen(): void {
    if (!listening) document.addEventListener('keydown', pressed, true)
    listening = true
  }

  function rest(): void {
    document.removeEventListener('keydown', pressed, true)
    listening = false
  }

  onMounted(listen)
  onShow(listen)
  onHide(rest)
  onUnmounted(rest)
  // #endif
  // #ifndef H5
  void scanned
  // #endif
}

// #ifdef H5
function writingPlace(target: EventTarget | null): HTMLInputElement | null {
  return target instanceof Element && target.matches('input:not([type=radio]):not([type=checkbox]), textarea') ? (target as HTMLInputElement) : null
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault()
  event.stopPropagation()
}
// #endif
