import { createSSRApp } from 'vue'
import App from './App.vue'
import { resume } from './session'

/** uni-app asks for this function on both targets. */
export function createApp() {
  resume()
  return { app: createSSRApp(App) }
}
