/**
 * The web app only (index.html loads it): takes away the words shown while opening once a page stands, and keeps the
 * app on the phone so that it opens without a network and can be put on the home screen.
 */
const SHELL = 'shell'
/** Milliseconds after the first page, so that it never competes with what the person does first. */
const LINE_IS_FREE = 8_000

/** The first page stands when it has words of its own. */
function takeShellAway(): void {
  const shell = document.getElementById(SHELL)
  const app = document.getElementById('app')
  if (!shell || !app) return
  const stands = () => (app.textContent ?? '').trim() !== ''
  const look = () => {
    if (!stands()) return
    watcher.disconnect()
    shell.remove()
  }
  const watcher = new MutationObserver(look)
  watcher.observe(app, { childList: true, subtree: true, characterData: true })
  look()
}

/** Registers the worker when the page is done with the network. Without it the app works as well, with a network. */
function keepForOffline(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  window.addEventListener('load', () => {
    navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`).catch(() => undefined)
    navigator.serviceWorker.ready.then((ready) => setTimeout(() => ready.active?.postMessage('keep-the-rest'), LINE_IS_FREE))
  })
}

takeShellAway()
keepForOffline()
