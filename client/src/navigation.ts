/** Going from page to page by name. A page that needs more than the person has leads to what gives it, then back. */
import { detour, FIRST_PAGE, ROUTES, type Hat, type RouteName } from './routes'
import { textOf } from './platform/query'
import * as storage from './platform/storage'

const RETURN_TO = 'zheng.return-to'
const HAT = 'zheng.hat'

export type Parameters = Record<string, string | undefined>

export function url(name: RouteName, parameters: Parameters = {}): string {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '')
  const query = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value as string)}`).join('&')
  return ROUTES[name].path + (query ? `?${query}` : '')
}

/** Opens a page above this one. */
export function go(name: RouteName, parameters: Parameters = {}): void {
  const instead = detour(ROUTES[name].needs)
  if (instead) return leadTo(instead, url(name, parameters))
  uni.navigateTo({ url: url(name, parameters) })
}

/** Opens a page in place of this one. */
export function replace(name: RouteName, parameters: Parameters = {}): void {
  uni.redirectTo({ url: url(name, parameters) })
}

/** Opens a page with nothing under it: a tab, or the end of a journey. */
export function start(name: RouteName, parameters: Parameters = {}): void {
  uni.reLaunch({ url: url(name, parameters) })
}

/** One page back; the first page when there is none (a link opened straight from a message). */
export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else start(FIRST_PAGE[hat()])
}

/** Called by every page when it opens: leads away who may not be here. */
export function guard(name: RouteName, parameters: Parameters = {}): boolean {
  const instead = detour(ROUTES[name].needs)
  if (instead) {
    storage.write(RETURN_TO, url(name, meant(parameters)))
    replace(instead)
  }
  return instead === null
}

/** The same for a page that stands open when the log-in ends: only the one on top moves, and it keeps its parameters. */
export function guardAgain(name: RouteName): void {
  const top = getCurrentPages().at(-1) as { route?: string; options?: Parameters } | undefined
  if (top && `/${top.route}` === ROUTES[name].path) guard(name, top.options ?? {})
}

/** A page's parameters as they came, in plain words: they are encoded again when they become an address. */
function meant(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, textOf(value)]))
}

/** Back to what the person wanted before we asked them to log in or give their name. */
export function resumeJourney(): void {
  const wanted = storage.read<string>(RETURN_TO)
  storage.remove(RETURN_TO)
  uni.reLaunch({ url: wanted ?? ROUTES[FIRST_PAGE[hat()]].path })
}

/** Which hat was worn last. */
export function hat(): Hat {
  return storage.read<Hat>(HAT) ?? 'citizen'
}

/** Puts on another hat and opens its first page. */
export function wear(chosen: Hat): void {
  storage.write(HAT, chosen)
  start(FIRST_PAGE[chosen])
}

function leadTo(instead: RouteName, wanted: string): void {
  storage.write(RETURN_TO, wanted)
  uni.navigateTo({ url: url(instead) })
}
