/** The screen while a code is shown: as bright as it goes and awake; put back as it was afterwards. */

// #ifdef H5
let held: WakeLockSentinel | null = null
// #endif
// #ifndef H5
let before = -1
// #endif
let wanted = false

/** Whether the platform lets us turn the brightness up; a browser does not, the person must. */
export function canBrighten(): boolean {
  let can = false
  // #ifndef H5
  can = true
  // #endif
  return can
}

/** Bright and awake from now on. Calling it again does nothing. */
export async function shine(): Promise<void> {
  if (wanted) return
  wanted = true
  // #ifdef H5
  try {
    const lock = await navigator.wakeLock?.request('screen')
    // The person may have left while the browser was thinking.
    if (wanted) held = lock ?? null
    else await lock?.release()
  } catch {
    // A phone saving its battery says no; the code can be shown all the same.
    held = null
  }
  // #endif
  // #ifndef H5
  uni.setKeepScreenOn({ keepScreenOn: true })
  before = await brightness()
  if (wanted) uni.setScreenBrightness({ value: 1 })
  // #endif
}

/** As it was before. */
export async function dim(): Promise<void> {
  if (!wanted) return
  wanted = false
  // #ifdef H5
  const lock = held
  held = null
  await lock?.release().catch(() => undefined)
  // #endif
  // #ifndef H5
  uni.setKeepScreenOn({ keepScreenOn: false })
  if (before >= 0) uni.setScreenBrightness({ value: before })
  before = -1
  // #endif
}

// #ifndef H5
/** Between 0 and 1; -1 where the phone does not say. */
function brightness(): Promise<number> {
  return new Promise((resolve) => uni.getScreenBrightness({ success: (found) => resolve(found.value), fail: () => resolve(-1) }))
}
// #endif
