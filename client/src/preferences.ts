/** How this person likes the app to look: elder mode (长辈版), light or dark, motion. Kept on the phone. */
import { computed, reactive, watch } from 'vue'
import { systemFontScale } from './platform/fonts'
import * as storage from './platform/storage'

const KEY = 'zheng.preferences'
const ELDER_SCALE = 1.4

export type Theme = 'system' | 'light' | 'dark'

interface Preferences {
  elder: boolean
  theme: Theme
  /** Whether things may move. */
  motion: boolean
  /** Whether verdicts and steps are read aloud. */
  speech: boolean
}

const DEFAULTS: Preferences = { elder: false, theme: 'system', motion: true, speech: false }

export const preferences = reactive<Preferences>({ ...DEFAULTS, ...storage.read<Partial<Preferences>>(KEY) })

watch(preferences, (chosen) => storage.write(KEY, chosen))

/** Classes and type scale that every page carries at its root. */
export const pageClass = computed(() => [
  preferences.theme === 'system' ? '' : `theme-${preferences.theme}`,
  preferences.elder ? 'elder' : '',
  preferences.motion ? '' : 'still',
])

export const pageStyle = computed(() => `--scale:${(systemFontScale() * (preferences.elder ? ELDER_SCALE : 1)).toFixed(3)}`)
