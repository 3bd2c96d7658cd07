/** Complaints of the person and of those they act for. */
import { computed } from 'vue'
import type { Schema } from '@/api/types'
import { announce } from '@/announce'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import { usePages } from '@/use/pages'

export function useComplaints() {
  return usePages<Schema<'Complaint'>>((cursor) => api.get('/mp/v1/complaints', { query: { cursor, limit: 30 } }), 'complaints')
}

export function useComplaint(id: () => string) {
  const { data: complaint, problem, rememberedAt, reload } = useLoad<Schema<'Complaint'>>(
    () => api.get('/mp/v1/complaints/{complaint_id}', { path: { complaint_id: id() } }),
    () => `complaint.${id()}`,
  )
  const withdrawing = useAction((key) => api.post('/mp/v1/complaints/{complaint_id}/withdraw', { path: { complaint_id: id() }, key }))
  const open = computed(() => complaint.value?.state === 'open')

  async function withdraw(): Promise<void> {
    if (await withdrawing.run()) announce('投诉已撤回')
    // Answered in the meantime: the answer is what the person came for.
    await reload()
  }

  return { complaint, problem, rememberedAt, reload, open, withdraw, withdrawing: withdrawing.busy, withdrawProblem: withdrawing.problem }
}

/** @returns filing one; the complaint as filed, or null with `problem` saying why */
export function useFiling() {
  const { run, busy, problem } = useAction((key, body: Schema<'NewComplaint'>) => api.post('/mp/v1/complaints', { body, key }))
  return { file: run, filing: busy, fileProblem: problem }
}
