/** Taking up an office: by the code that its administrator handed over. */
import { computed, ref, shallowRef } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { refreshMe } from './leaving'

export function useInvitation() {
  const { data, problem, rememberedAt, reload } = useLoad(() => api.get('/mp/v1/staff/invitations', { query: { limit: 20 } }))
  const accepting = useAction((key, code: string) => api.post('/mp/v1/staff/invitations/accept', { body: { code }, key }))
  const code = ref('')
  const accepted = shallowRef<Schema<'OwnRole'> | null>(null)
  const items = computed(() => data.value?.items ?? [])

  async function accept(): Promise<void> {
    const role = await accepting.run(code.value)
    if (!role) return
    accepted.value = role
    announce(`您已担任${role.organisation_name}${role.post}`)
    await refreshMe().catch(() => undefined)
  }

  return { items, ready: computed(() => data.value !== null), problem, rememberedAt, reload, code, accept, accepted, accepting: accepting.busy, acceptProblem: accepting.problem }
}
