/** A text out of a page's address. A browser hands it over decoded; WeChat as it stood there, with its percent signs. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : ''
  // #ifdef H5
  return text
  // #endif
  // #ifndef H5
  return decoded(text)
  // #endif
}

/** What is not well encoded was not encoded by us: it stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
