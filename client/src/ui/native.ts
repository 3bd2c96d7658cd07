import { h, type FunctionalComponent } from 'vue'

export const NativeButton: FunctionalComponent = (_props, { slots, attrs }) => h('button', attrs, slots.default?.())
NativeButton.inheritAttrs = false
