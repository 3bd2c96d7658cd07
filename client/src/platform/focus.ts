/** Moves the keyboard's and the screen reader's attention. The mini-program has no such call: there words are announced. */
export function focusOn(id: string): void {
  // #ifdef H5
  document.getElementById(id)?.focus({ preventScroll: true })
  window.scrollTo({ top: 0 })
  // #endif
  // #ifndef H5
  void id
  uni.pageScrollTo({ scrollTop: 0, duration: 0 })
  // #endif
}
