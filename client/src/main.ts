import { createSSRApp } from 'vue'
import App from './App.vue'

/** uni-app asks for this function on both targets. */
export function createApp() {
  return { app: createSSRApp(App) }
}
