/** Beeps drawn by the phone itself (Web Audio on both targets) and vibration; no sound file is ever fetched. */

/** One tone: hertz, when it begins and how long it lasts in seconds, and its wave. */
export interface Beep {
  hertz: number
  from: number
  lasts: number
  wave: OscillatorType
}

const LOUDNESS = 0.35
const SOFT_EDGE = 0.008

// #ifndef H5
declare const wx: { createWebAudioContext?: () => AudioContext }
// #endif

let context: AudioContext | null = null

/** Makes sound possible: browsers allow it only from a tap or a key on, so call it in each. */
export function wakeSound(): void {
  // #ifdef H5
  if (!context && typeof AudioContext === 'undefined') return
  context ??= new AudioContext()
  // #endif
  // #ifndef H5
  context ??= wx.createWebAudioContext?.() ?? null
  // #endif
  if (context?.state === 'suspended') context.resume().catch(() => undefined)
}

/** Wakes it at the first touch or key on any page, for who never presses a button before the first scan. */
export function wakeSoundAtFirstTouch(): void {
  // #ifdef H5
  for (const act of ['pointerdown', 'keydown']) document.addEventListener(act, wakeSound, { once: true, passive: true })
  // #endif
}

/** @returns whether it can be heard; false before the first tap, or where there is no sound */
export function play(beeps: readonly Beep[]): boolean {
  // #ifndef H5
  wakeSound()
  // #endif
  if (!context || context.state !== 'running') return false
  for (const beep of beeps) sound(context, beep)
  return true
}

function sound(by: AudioContext, beep: Beep): void {
  const [tone, volume] = [by.createOscillator(), by.createGain()]
  const [start, end] = [by.currentTime + beep.from, by.currentTime + beep.from + beep.lasts]
  tone.type = beep.wave
  tone.frequency.value = beep.hertz
  volume.gain.setValueAtTime(0, start)
  volume.gain.linearRampToValueAtTime(LOUDNESS, start + SOFT_EDGE)
  volume.gain.setValueAtTime(LOUDNESS, end - SOFT_EDGE)
  volume.gain.linearRampToValueAtTime(0, end)
  tone.connect(volume)
  volume.connect(by.destination)
  tone.start(start)
  tone.stop(end)
}

/** Shakes for these milliseconds: on, off, on … */
export function vibrate(pattern: readonly number[]): void {
  // #ifdef H5
  // Before the first tap browsers refuse it, and complain.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([...pattern])
  // #endif
  // #ifndef H5
  if (pattern.length > 1) uni.vibrateLong({ fail: () => undefined })
  else uni.vibrateShort({ fail: () => undefined })
  // #endif
}
