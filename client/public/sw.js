/*
 * The web app without a network: files whose names carry a digest come from the cache first, the page itself from the
 * network first. Nothing of the API is ever kept here: what a person may see again offline the app keeps itself, and
 * forgets at log-out.
 */
const CACHE = 'zheng-client-1'
const PAGE = '/m/'
const ASSETS = '/m/assets/'
const ALL_FILES = '/m/files.json'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(fetch(PAGE, { cache: 'no-cache' }).then(keepPage).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name !== CACHE)
  const drop = (names) => Promise.all(old(names).map((name) => caches.delete(name)))
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || !url.pathname.startsWith(PAGE)) return
  if (url.pathname.startsWith(ASSETS)) event.respondWith(kept(request))
  else event.respondWith(fresh(request, url.pathname === PAGE))
})

/** When the first page stands and the line is free: the other pages' files too, one after another. */
self.addEventListener('message', (event) => {
  if (event.data === 'keep-the-rest') event.waitUntil(keepTheRest())
})

async function keepTheRest() {
  const cache = await caches.open(CACHE)
  const answer = await fetch(ALL_FILES, { cache: 'no-cache' })
  if (!ours(answer)) return
  for (const name of await answer.json()) if (!(await cache.match(name))) await cache.add(name)
}

/** Cache first: a name with a digest never changes its content. */
async function kept(request) {
  const cache = await caches.open(CACHE)
  const found = await cache.match(request.url)
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request.url, answer.clone())
  return answer
}

/** Network first; what was kept when the network is gone, or when it has not answered in some seconds. */
async function fresh(request, isPage) {
  const cache = await caches.open(CACHE)
  const found = await cache.match(request.url.split(/[?#]/)[0])
  const asked = fetch(request).then((answer) => (isPage ? keepPage(answer) : keep(answer)))
  if (!found) return asked
  asked.catch(() => {})
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, found))
  return Promise.race([asked.catch(() => found), late])
}

async function keep(answer) {
  if (ours(answer)) await (await caches.open(CACHE)).put(answer.url, answer.clone())
  return answer
}

/** Keeps the page together with the files it names, and lets go of those of older builds. */
async function keepPage(answer) {
  if (!ours(answer)) return answer
  const cache = await caches.open(CACHE)
  const text = await answer.clone().text()
  const before = await cache.match(PAGE)
  if (before && (await before.text()) === text) return answer
  const names = [...text.matchAll(/(?:src|href)="(\/m\/assets\/[^"]+)"/g)].map((found) => found[1])
  for (const request of before ? await cache.keys() : []) {
    if (new URL(request.url).pathname.startsWith(ASSETS)) await cache.delete(request)
  }
  await cache.addAll(names)
  await cache.put(PAGE, answer.clone())
  return answer
}

/** Not the log-in page of somebody's Wi-Fi. */
function ours(answer) {
  return answer.ok && !answer.redirected && new URL(answer.url).origin === self.location.origin
}
