/**
 * The one door to the server: base address, log-in, idempotency keys, time-outs, and retry of only what is safe.
 *
 * Reads are retried; writes too, because each carries an Idempotency-Key that stays the same over its retries.
 */
import type { paths } from './api/schema'
import type { Answer, Ask, Method, PathOf } from './api/types'
import { exchange, NotReached, origin, type RawAnswer } from './platform/http'
import { uniqueKey } from './platform/random'
import { Problem } from './problem'
import { accessToken, endSession, renewAccess } from './session'

const TIMEOUT = 20_000
const RETRIES = 2
const PAUSE = 600

export const api = {
  get: <P extends PathOf<'get'>>(path: P, ask: Ask<P, 'get'> = {}) => call('get', path, ask),
  post: <P extends PathOf<'post'>>(path: P, ask: Ask<P, 'post'> = {}) => call('post', path, ask),
  put: <P extends PathOf<'put'>>(path: P, ask: Ask<P, 'put'> = {}) => call('put', path, ask),
  delete: <P extends PathOf<'delete'>>(path: P, ask: Ask<P, 'delete'> = {}) => call('delete', path, ask),
}

/** An address on our server with its parts filled in. */
export function address(path: string, parts: Record<string, string> = {}, query: Record<string, unknown> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''))
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return origin() + filled + (pairs.length ? `?${pairs.join('&')}` : '')
}

/** Sends one piece of a file; the same rules as every call. */
export async function sendBytes(path: string, parts: Record<string, string>, bytes: ArrayBuffer): Promise<unknown> {
  return json(await authorised('POST', address(path, parts), bytes, uniqueKey(), 60_000))
}

async function call<P extends keyof paths, M extends Method>(method: M, path: P, ask: Ask<P, M>): Promise<Answer<P, M>> {
  const url = address(path, ask.path as Record<string, string>, ask.query as Record<string, unknown>)
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body)
  const key = method === 'get' ? '' : (ask.key ?? uniqueKey())
  const verb = method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE'
  return json(await authorised(verb, url, body, key, ask.timeout ?? TIMEOUT)) as Answer<P, M>
}

/** Sends with the access token; when it is dead, renews it once (one renewal in flight for all calls) and sends again. */
async function authorised(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body: string | ArrayBuffer | undefined,
  key: string,
  timeout: number,
): Promise<RawAnswer> {
  const token = await accessToken()
  const first = await persistent({ method, url, body, timeout, headers: headers(token, key, body) })
  if (first.status !== 401 || !token) return first
  const fresh = await renewAccess(token)
  if (!fresh) return first
  const second = await persistent({ method, url, body, timeout, headers: headers(fresh, key, body) })
  if (second.status === 401) endSession('elsewhere')
  return second
}

function headers(token: string, key: string, body: string | ArrayBuffer | undefined): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    ...(key ? { 'Idempotency-Key': key } : {}),
    ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
    ...(body instanceof ArrayBuffer ? { 'Content-Type': 'application/octet-stream' } : {}),
  }
}

async function persistent(ask: Parameters<typeof exchange>[0], left = RETRIES): Promise<RawAnswer> {
  try {
    const answer = await exchange(ask)
    if (left === 0 || ![502, 503, 504].includes(answer.status)) return answer
  } catch (thrown) {
    if (!(thrown instanceof NotReached)) throw thrown
    if (left === 0) throw Problem.of(thrown.why)
  }
  await pause(PAUSE * (RETRIES - left + 1))
  return persistent(ask, left - 1)
}

/** @throws Problem for every answer that is not the one asked for */
export function json(answer: RawAnswer): unknown {
  if (answer.status === 204) return undefined
  const body = parsed(answer)
  if (answer.status >= 200 && answer.status < 300) return body
  throw Problem.fromAnswer(answer.status, body as Record<string, never>, answer.headers)
}

function parsed(answer: RawAnswer): unknown {
  const type = answer.headers['content-type'] ?? ''
  if (!/[/+]json/.test(type)) throw Problem.of(answer.status >= 500 ? 'broken' : 'portal', answer.status)
  try {
    return JSON.parse(answer.text)
  } catch {
    throw Problem.of('portal', answer.status)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
