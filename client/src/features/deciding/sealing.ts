/** Certificates just signed, followed until they are issued, while the approver reads the next one. */
import { reactive, readonly } from 'vue'
import { session } from '@/session'
import { certificate, type Certificate } from './calls'

export interface Followed {
  /** Whose sitting it was: the next person on this phone must not see it. */
  account: string
  id: string
  application: string
  number: string
  title: string
  state: 'sealing' | 'issued' | 'failed' | 'late'
  failure: string
}

const EVERY = 1500
const TIMES = 80

const followed = reactive<Followed[]>([])

/** Those of this sitting, the newest first. */
export const sealing = readonly(followed)

/** Follows one; the caller need not wait. @returns when it is settled or too late to wait for */
export async function follow(signed: Certificate, every = EVERY): Promise<void> {
  const one = reactive<Followed>({ account: session.me?.account.id ?? '', id: signed.id, application: signed.application_id, number: signed.number, title: signed.title, state: 'sealing', failure: '' })
  followed.unshift(one)
  for (let turn = 0; turn < TIMES; turn++) {
    await new Promise((resolve) => setTimeout(resolve, every))
    // A look that fails is no news; the next one may succeed.
    const seen = await certificate(one.id).catch(() => null)
    if (!seen || !settle(one, seen)) continue
    return
  }
  one.state = 'late'
}

function settle(one: Followed, seen: Certificate): boolean {
  if (seen.failure) Object.assign(one, { state: 'failed', failure: seen.failure })
  else if (seen.pdf_ready) one.state = 'issued'
  return one.state !== 'sealing'
}
