/** How much larger than usual this person's phone sets type; 1 is usual. */
export function systemFontScale(): number {
  // #ifdef H5
  const probe = document.createElement('span')
  probe.style.cssText = 'position:absolute;visibility:hidden;font-size:medium'
  document.body.appendChild(probe)
  const size = Number.parseFloat(getComputedStyle(probe).fontSize)
  probe.remove()
  return within(size / 16)
  // #endif
  // #ifndef H5
  return within((uni.getAppBaseInfo() as { fontSizeSetting?: number }).fontSizeSetting! / 16)
  // #endif
}

/** Between usual and twice that; what cannot be read counts as usual. */
function within(scale: number): number {
  return Number.isFinite(scale) ? Math.min(2, Math.max(1, scale)) : 1
}
