/** Logging out, and learning anew who is logged in. */
import { api } from '@/request'
import { start } from '@/navigation'
import { endSession, rememberMe, session } from '@/session'

/** Logs out here, whether or not the server hears of it; a token nobody holds any more dies by itself. */
export async function logOut(): Promise<void> {
  await api.post('/mp/v1/auth/log-out', { timeout: 6_000 }).catch(() => undefined)
  endSession('left')
  start('home')
}

/** Asks the server who this is now: after a new role, a new phone, a new authorisation. */
export async function refreshMe(): Promise<void> {
  if (session.loggedIn) rememberMe(await api.get('/mp/v1/me'))
}
