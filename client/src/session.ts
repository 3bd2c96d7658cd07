/** Who is logged in on this phone: the tokens, their renewal, and who the server says that is. */
import { reactive, readonly } from 'vue'
import type { Schema } from './api/types'
import { exclusively } from './platform/lock'
import { exchange, NotReached, origin } from './platform/http'
import * as storage from './platform/storage'
import { uniqueKey } from './platform/random'
import { Problem } from './problem'

const KEY = 'zheng.session'
const LEEWAY = 30_000

interface Kept {
  access: string
  refresh: string
  /** Milliseconds on this phone's own clock; only ever compared with the same clock. */
  until: number
}

export type Ended = 'left' | 'elsewhere'

const state = reactive({
  loggedIn: false,
  me: null as Schema<'Me'> | null,
  /** Why the last session ended, told once on the log-in page. */
  ended: null as Ended | null,
})

/** What pages may read of the session. */
export const session = readonly(state)

let kept: Kept | null = null
let renewing: Promise<string> | null = null

/** Takes up the session the phone remembers. */
export function resume(): void {
  kept = storage.read<Kept>(KEY)
  state.loggedIn = kept !== null
  if (kept) state.me = storage.read<Schema<'Me'>>(`${KEY}.me`)
}

type Opened = Pick<Schema<'Tokens'>, 'access_token' | 'expires_in' | 'refresh_token'>

export function openSession(tokens: Opened): void {
  keep(tokens)
  state.loggedIn = true
  state.ended = null
}

export function rememberMe(me: Schema<'Me'>): void {
  state.me = me
  storage.write(`${KEY}.me`, me)
}

/** Forgets the tokens and everything this person left on the phone but drafts not yet sent. */
export function endSession(why: Ended): void {
  kept = null
  state.loggedIn = false
  state.me = null
  state.ended = why
  storage.remove(KEY)
  storage.remove(`${KEY}.me`)
  storage.removeAll('zheng.cache.')
}

/** The access token to send, renewed when it is about to die; empty when nobody is logged in. */
export async function accessToken(): Promise<string> {
  if (!kept) return ''
  return kept.until - Date.now() > LEEWAY ? kept.access : renewAccess(kept.access)
}

/** A new access token in place of `dead`: one renewal in flight, whoever asks. Empty when the session is over. */
export function renewAccess(dead: string): Promise<string> {
  if (kept && kept.access !== dead) return Promise.resolve(kept.access)
  renewing ??= exclusively('zheng.refresh', () => renew(dead)).finally(() => (renewing = null))
  return renewing
}

async function renew(dead: string): Promise<string> {
  // Another tab may have renewed while we waited for the lock.
  kept = storage.read<Kept>(KEY)
  if (!kept) return ''
  if (kept.access !== dead) return kept.access
  const answer = await refreshed(kept.refresh)
  if (answer.status === 401 || answer.status === 403) {
    endSession('elsewhere')
    return ''
  }
  if (answer.status !== 200) throw Problem.of(answer.status >= 500 ? 'broken' : 'portal', answer.status)
  return keep(opened(answer.text)).access
}

function opened(text: string): Opened {
  try {
    return JSON.parse(text) as Opened
  } catch {
    // A Wi-Fi log-in page says 200 as well.
    throw Problem.of('portal', 200)
  }
}

async function refreshed(token: string) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'Idempotency-Key': uniqueKey() }
  const url = `${origin()}/mp/v1/auth/refresh`
  try {
    return await exchange({ method: 'POST', url, headers, body: JSON.stringify({ refresh_token: token }), timeout: 15_000 })
  } catch (thrown) {
    throw thrown instanceof NotReached ? Problem.of(thrown.why) : thrown
  }
}

function keep(tokens: Opened): Kept {
  kept = { access: tokens.access_token, refresh: tokens.refresh_token, until: Date.now() + tokens.expires_in * 1000 }
  storage.write(KEY, kept)
  return kept
}
