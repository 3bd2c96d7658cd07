/** What a verdict sounds and feels like, so that it is known without looking: good rises, bad is low and long. */
import { play, vibrate, wakeSound, type Beep } from '@/platform/sound'
import * as storage from '@/platform/storage'

export type SignalName = 'good' | 'wait' | 'stop' | 'fault'

interface Signal {
  beeps: readonly Beep[]
  /** Milliseconds on, off, on … */
  shakes: readonly number[]
}

const beep = (hertz: number, from: number, lasts: number, wave: OscillatorType): Beep => ({ hertz, from, lasts, wave })

export const SIGNALS: Record<SignalName, Signal> = {
  good: { beeps: [beep(1046, 0, 0.09, 'sine'), beep(1568, 0.1, 0.16, 'sine')], shakes: [60] },
  wait: { beeps: [beep(740, 0, 0.14, 'triangle'), beep(740, 0.22, 0.14, 'triangle')], shakes: [80, 90, 80] },
  stop: { beeps: [beep(220, 0, 0.2, 'square'), beep(196, 0.26, 0.2, 'square'), beep(165, 0.52, 0.34, 'square')], shakes: [220, 90, 220, 90, 320] },
  fault: { beeps: [beep(330, 0, 0.3, 'triangle')], shakes: [150, 80, 150] },
}

const KEY = 'zheng.counter.silent'

export const isSilent = () => storage.read<boolean>(KEY) ?? false

export function setSilent(silent: boolean): void {
  storage.write(KEY, silent)
}

/** Vibrates always; beeps unless this phone was made silent. */
export function signal(name: SignalName): void {
  vibrate(SIGNALS[name].shakes)
  if (!isSilent()) play(SIGNALS[name].beeps)
}

export { wakeSound }
