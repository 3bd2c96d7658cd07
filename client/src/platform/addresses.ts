/** Opens an address of our own server outside the page: a new tab, or the phone's reader of documents. */
export function openAddress(url: string): void {
  // #ifdef H5
  window.open(url, '_blank', 'noopener')
  // #endif
  // #ifndef H5
  uni.downloadFile({ url, success: (file) => uni.openDocument({ filePath: file.tempFilePath, showMenu: true, fail: () => undefined }) })
  // #endif
}
