/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Origin of the server for the mini-program, as https://zheng.example.cn; the web app uses its own origin. */
  readonly VITE_API_ORIGIN?: string
}

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}
