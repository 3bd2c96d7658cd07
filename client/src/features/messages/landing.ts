/** A link out of a WeChat message says only what kind of thing and which; whose hat it is for is found out here. */
import { Problem } from '@/problem'
import { api } from '@/request'
import { hats } from '@/routes'
import { targetOf, type Target } from './targets'

const READS = {
  application: '/mp/v1/applications/{application_id}',
  certificate: '/mp/v1/wallet/{item_id}',
} as const

/** @throws Problem when the network does not allow to find out */
export async function landing(kind: string, id: string | undefined): Promise<Target> {
  const task = hats().includes('committee') && !(await isOwn(kind, id))
  return targetOf(kind, id, task) ?? { route: 'messages', parameters: {} }
}

/** Whether the person sees it as their own affair; an office's case is unknown to them as a citizen. */
async function isOwn(kind: string, id: string | undefined): Promise<boolean> {
  if (!id || !(kind in READS)) return true
  try {
    if (kind === 'application') await api.get(READS.application, { path: { application_id: id } })
    else await api.get(READS.certificate, { path: { item_id: id } })
    return true
  } catch (thrown) {
    if (thrown instanceof Problem && (thrown.status === 404 || thrown.status === 403)) return false
    throw thrown
  }
}
