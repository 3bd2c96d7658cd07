import type { Ref } from 'vue'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

/** An application the check held back: read, asked for all the same, or changed. */
export function useDisputing(id: Ref<string>) {
  const loaded = useLoad(() => api.get('/mp/v1/applications/{application_id}', { path: { application_id: id.value } }))
  const dispute = useAction((key, reason: string) =>
    api.post('/mp/v1/applications/{application_id}/dispute', { path: { application_id: id.value }, key, body: { reason, confirm_duplicate: false } }),
  )
  const revise = useAction((key) => api.post('/mp/v1/applications/{application_id}/revise', { path: { application_id: id.value }, key }))
  return { loaded, dispute, revise }
}
