/** Keeping a text as a file of the person's own. */
import { copyText } from './share'

export type Kept = 'file' | 'clipboard' | 'failed'

/** A browser saves a file; WeChat has none to save to, there it goes to the clipboard. */
export async function keepText(name: string, text: string): Promise<Kept> {
  // #ifdef H5
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  return 'file'
  // #endif
  // #ifndef H5
  return (await copyText(text)) ? 'clipboard' : 'failed'
  // #endif
}
