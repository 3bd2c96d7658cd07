/** A server in memory behind `@/platform/http`, a phone's memory, and a component's life for composables. */
import { effectScope } from 'vue'
import type { RawAnswer, RawAsk } from '@/platform/http'

export type Reply = { status?: number; body?: unknown } | 'offline' | 'timeout'
type Answerer = (ask: { method: string; path: string; body: Record<string, unknown>; key: string }) => Reply | Promise<Reply>

export const asked: { method: string; path: string; body: Record<string, unknown>; key: string }[] = []
let answerer: Answerer = () => ({ status: 404, body: { code: 'not_found', detail: '没有找到' } })

export function serve(answer: Answerer): void {
  asked.length = 0
  answerer = answer
}

/** Takes the place of `exchange`. */
export async function exchange(ask: RawAsk): Promise<RawAnswer> {
  const one = {
    method: ask.method,
    path: ask.url.replace('http://here', ''),
    body: ask.body ? (JSON.parse(ask.body as string) as Record<string, unknown>) : {},
    key: ask.headers['Idempotency-Key'] ?? '',
  }
  asked.push(one)
  const reply = await answerer(one)
  if (typeof reply === 'string') throw new (await import('@/platform/http')).NotReached(reply)
  const status = reply.status ?? 200
  return { status, headers: { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json' }, text: JSON.stringify(reply.body ?? {}) }
}

export const refused = (status: number, code: string, detail: string): Reply => ({ status, body: { status, code, detail } })

export const memory = new Map<string, string>()
export const opened: string[] = []

/** A phone without a network of its own: memory, and where pages were opened. */
export function phone(): void {
  memory.clear()
  opened.length = 0
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true })
  const open = ({ url }: { url: string }) => opened.push(url)
  Object.assign(globalThis, {
    uni: {
      getStorageSync: (key: string) => memory.get(key) ?? '',
      setStorageSync: (key: string, value: string) => memory.set(key, value),
      removeStorageSync: (key: string) => memory.delete(key),
      getStorageInfoSync: () => ({ keys: [...memory.keys()] }),
      navigateTo: open,
      redirectTo: open,
      reLaunch: open,
    },
    getCurrentPages: () => [],
  })
}

/** Runs a composable within a life that ends: `onUnmounted` is mocked to be the end of that scope. */
export function mounted<T>(use: () => T): { made: T; unmount: () => void } {
  const scope = effectScope()
  return { made: scope.run(use) as T, unmount: () => scope.stop() }
}
