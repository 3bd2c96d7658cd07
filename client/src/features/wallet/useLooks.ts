/** Who looked: at one thing, or at anything of the person's own. */
import { api } from '@/request'
import { usePages } from '@/use/pages'
import type { Look } from './looks'

export function useLooks(id: () => string) {
  return usePages<Look>(
    (cursor) =>
      id()
        ? api.get('/mp/v1/wallet/{item_id}/looks', { path: { item_id: id() }, query: { cursor, limit: 30 } })
        : api.get('/mp/v1/wallet/looks', { query: { cursor, limit: 30 } }),
    () => `looks.${id()}`,
  )
}
