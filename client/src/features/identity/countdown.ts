import { computed, onUnmounted, ref } from 'vue'

/** Seconds left until something may be asked again. By the clock, so that a page asleep does not count too slowly. */
export function useCountdown() {
  const until = ref(0)
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined

  function begin(seconds: number): void {
    now.value = Date.now()
    until.value = now.value + seconds * 1000
    clearInterval(timer)
    timer = setInterval(() => {
      now.value = Date.now()
      if (now.value >= until.value) clearInterval(timer)
    }, 500)
  }

  onUnmounted(() => clearInterval(timer))
  const left = computed(() => Math.max(0, Math.ceil((until.value - now.value) / 1000)))
  return { left, begin }
}
