/** Giving words or a link to somebody else: the phone's own sheet where there is one, else the clipboard. */
export type Shared = 'shared' | 'copied' | 'left' | 'failed'

/** @returns what became of it; `left` when the person closed the sheet */
export async function shareText(title: string, text: string): Promise<Shared> {
  // #ifdef H5
  if (typeof navigator.share === 'function') {
    try {
      await navigator.share({ title, text })
      return 'shared'
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'AbortError') return 'left'
    }
  }
  // #endif
  return (await copyText(text)) ? 'copied' : 'failed'
}

/** @returns whether it is on the clipboard now */
export function copyText(text: string): Promise<boolean> {
  // #ifdef H5
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false)
  // #endif
  return new Promise((resolve) => {
    uni.setClipboardData({ data: text, showToast: false, success: () => resolve(true), fail: () => resolve(false) })
  })
}
