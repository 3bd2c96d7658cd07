/** Reading aloud, by a voice that lives on the phone: what is read must not travel to somebody's server. */

// #ifdef H5
function voice(): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === 'undefined') return undefined
  const own = speechSynthesis.getVoices().filter((one) => one.localService && one.lang.toLowerCase().startsWith('zh'))
  return own.find((one) => /cn|hans/i.test(one.lang)) ?? own[0]
}
// #endif

/** Whether this phone can read Chinese aloud by itself. Browsers learn of their voices late: ask again when needed. */
export function canSpeak(): boolean {
  let can = false
  // #ifdef H5
  can = voice() !== undefined
  // #endif
  return can
}

/** Tells when the phone's voices are known or change. Returns how to stop listening. */
export function onVoices(tell: () => void): () => void {
  // #ifdef H5
  if (typeof speechSynthesis !== 'undefined' && typeof speechSynthesis.addEventListener === 'function') {
    speechSynthesis.addEventListener('voiceschanged', tell)
    return () => speechSynthesis.removeEventListener('voiceschanged', tell)
  }
  // #endif
  return () => undefined
}

/** Reads it aloud in place of what was being read; `ended` is called when it is done or stopped. */
export function speak(words: string, ended: () => void = () => undefined): void {
  // #ifdef H5
  const chosen = voice()
  if (!chosen) return ended()
  speechSynthesis.cancel()
  const said = new SpeechSynthesisUtterance(words)
  said.voice = chosen
  said.lang = chosen.lang
  said.rate = 0.9
  said.onend = said.onerror = () => ended()
  speechSynthesis.speak(said)
  // #endif
  // #ifndef H5
  ended()
  // #endif
}

export function hush(): void {
  // #ifdef H5
  if (typeof speechSynthesis !== 'undefined') speechSynthesis.cancel()
  // #endif
}
