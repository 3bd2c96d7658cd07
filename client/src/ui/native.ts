/**
 * The browser's own elements, for the web app only. uni-app replaces `<button>`, `<input>` and the like by elements of
 * its own that have no role, name or tab stop; these keep what every keyboard and screen reader already knows.
 */
import { h, type FunctionalComponent } from 'vue'

function native(tag: string): FunctionalComponent {
  const Element: FunctionalComponent = (_, { attrs, slots }) => h(tag, attrs, slots.default?.())
  Element.inheritAttrs = false
  return Element
}

export const NativeButton = native('button')
export const NativeInput = native('input')
export const NativeTextarea = native('textarea')
export const NativeLabel = native('label')
export const NativeDialog = native('dialog')
export const NativeMain = native('main')
export const NativeNav = native('nav')
export const NativeHeader = native('header')
export const NativeImage = native('img')
export const NativeVideo = native('video')
