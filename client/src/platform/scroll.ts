/** Scrolling of the whole page, and where things stand on it, the same on both targets. */
import { onMounted, onUnmounted, type ComponentInternalInstance } from 'vue'
// #ifndef H5
import { onPageScroll } from '@dcloudio/uni-app'
// #endif

/** Told whenever the page is scrolled. In the mini-program the page itself must name `onPageScroll` too. */
export function onScrolled(tell: () => void): void {
  // #ifdef H5
  onMounted(() => window.addEventListener('scroll', tell, { passive: true }))
  onUnmounted(() => window.removeEventListener('scroll', tell))
  // #endif
  // #ifndef H5
  onPageScroll(() => tell())
  // #endif
}

export function viewHeight(): number {
  return uni.getWindowInfo().windowHeight
}

export interface Box {
  /** Pixels from the screen's upper edge. */
  top: number
  height: number
}

/** Boxes of all parts of a component with this class, in their order. */
export function boxesOf(instance: ComponentInternalInstance | null, selector: string): Promise<Box[]> {
  return new Promise((resolve) => {
    uni
      .createSelectorQuery()
      .in(instance?.proxy)
      .selectAll(selector)
      .boundingClientRect((found) => resolve(([] as Box[]).concat((found as unknown as Box[] | null) ?? [])))
      .exec()
  })
}

export function scrollTo(top: number): void {
  uni.pageScrollTo({ scrollTop: top, duration: 0 })
}
