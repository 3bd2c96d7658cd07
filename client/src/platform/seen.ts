/** Tells when a part of the page comes onto the screen. */
import type { ComponentInternalInstance } from 'vue'

/** @returns how to stop watching */
export function whenSeen(instance: ComponentInternalInstance | null, selector: string, tell: () => void): () => void {
  const watcher = uni.createIntersectionObserver(instance?.proxy as never, { thresholds: [0, 1] })
  watcher.relativeToViewport().observe(selector, (found) => {
    if (found.intersectionRatio > 0) tell()
  })
  return () => watcher.disconnect()
}
