/** Printing what the page shows; only browsers can. */
export function canPrint(): boolean {
  let can = false
  // #ifdef H5
  can = typeof window.print === 'function'
  // #endif
  return can
}

export function print(): void {
  // #ifdef H5
  window.print()
  // #endif
}
