/** Whether the phone has a network at all. Having one does not mean that our server is reached. */
import { ref } from 'vue'

export const online = ref(true)

let watching = false

/** Starts watching, once for the whole app. */
export function watchNetwork(): void {
  if (watching) return
  watching = true
  // #ifdef H5
  online.value = navigator.onLine
  window.addEventListener('online', () => (online.value = true))
  window.addEventListener('offline', () => (online.value = false))
  // #endif
  // #ifndef H5
  uni.getNetworkType({ success: ({ networkType }) => (online.value = networkType !== 'none') })
  uni.onNetworkStatusChange(({ isConnected }) => (online.value = isConnected))
  // #endif
}
