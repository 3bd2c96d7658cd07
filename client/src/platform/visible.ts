/** Whether the person can see the app now; told again whenever that changes. Returns how to stop listening. */
export function onVisibility(tell: (visible: boolean) => void): () => void {
  // #ifdef H5
  const look = () => tell(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', look)
  return () => document.removeEventListener('visibilitychange', look)
  // #endif
  // #ifndef H5
  const shown = () => tell(true)
  const hidden = () => tell(false)
  uni.onAppShow(shown)
  uni.onAppHide(hidden)
  return () => {
    uni.offAppShow(shown)
    uni.offAppHide(hidden)
  }
  // #endif
}
