import { onUnmounted } from 'vue'

/** Asks again every so often while a page is shown: `watch` when it appears, `rest` when it is hidden. */
export function useWatching(reload: () => Promise<void>, every: number): { watch: () => void; rest: () => void } {
  let timer: ReturnType<typeof setInterval> | undefined

  function rest(): void {
    clearInterval(timer)
    timer = undefined
  }

  function watch(): void {
    rest()
    void reload()
    timer = setInterval(() => void reload(), every)
  }

  onUnmounted(rest)
  return { watch, rest }
}
