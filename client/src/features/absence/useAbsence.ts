import { computed, ref } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

const MOST_DAYS = 180
const DAY = 86_400_000

/** What is wrong with the days of an absence (请假), as `2026-11-24`; empty when nothing is. */
export function daysFault(from: string, to: string, today: string): string {
  if (!from || !to) return '请选择从哪天到哪天'
  if (from < today) return '第一天不能早于今天'
  if (to < from) return '最后一天不能早于第一天'
  return (Date.parse(to) - Date.parse(from)) / DAY + 1 > MOST_DAYS ? `最长 ${MOST_DAYS} 天` : ''
}

/** Today in Beijing. */
export function todayIn(now = Date.now()): string {
  return new Date(now + 8 * 3600_000).toISOString().slice(0, 10)
}

/** An approver's absences, the deputies who may stand in, and, for the town, acting approvers of its villages. */
export function useAbsence() {
  const arranged = useLoad(() => api.get('/mp/v1/absences'))
  const roles = useLoad(() => api.get('/mp/v1/staff/roles'))
  /** For which of one's own roles, or, for the town, for which village. */
  const grant = ref('')
  const village = ref<{ id: string; name: string } | null>(null)
  const candidates = useLoad(() =>
    api.get('/mp/v1/absences/candidates', { query: village.value ? { organisation_id: village.value.id } : { grant_id: grant.value || undefined } }),
  )
  const deputy = ref('')
  const from = ref(todayIn())
  const to = ref('')
  const faults = ref<{ deputy?: string; days?: string }>({})

  const own = computed(() => (roles.data.value?.items ?? []).filter((held) => held.role === 'approver' && held.in_force && !held.acting))

  const naming = useAction((key: string, body: Schema<'NewDeputy'>, where: { grant?: string; village?: string }) =>
    where.village
      ? api.post('/mp/v1/absences/acting-approvers', { body: { ...body, organisation_id: where.village }, key })
      : api.post('/mp/v1/absences', { body: { ...body, grant_id: where.grant ?? '' }, key }),
  )
  const ending = useAction((key: string, id: string) => api.post('/mp/v1/absences/{grant_id}/end', { path: { grant_id: id }, key }))

  async function load(): Promise<void> {
    await Promise.all([arranged.reload(), roles.reload()])
    if (!grant.value) grant.value = own.value[0]?.id ?? ''
    if (grant.value || village.value) await candidates.reload()
  }

  async function choose(change: { grant?: string; village?: { id: string; name: string } | null }): Promise<void> {
    if (change.grant !== undefined) grant.value = change.grant
    if (change.village !== undefined) village.value = change.village
    deputy.value = ''
    candidates.data.value = null
    if (grant.value || village.value) await candidates.reload()
  }

  /** @returns whether the deputy is named */
  async function name(): Promise<boolean> {
    const days = daysFault(from.value, to.value, todayIn())
    faults.value = { ...(deputy.value ? {} : { deputy: '请选择谁代行' }), ...(days ? { days } : {}) }
    if (Object.keys(faults.value).length) return false
    const body = { account_id: deputy.value, starts_on: from.value, ends_on: to.value }
    const done = await naming.run(body, village.value ? { village: village.value.id } : { grant: grant.value })
    if (!done) return false
    announce('已安排好，代行人会收到通知')
    deputy.value = to.value = ''
    await arranged.reload()
    return true
  }

  async function end(id: string): Promise<boolean> {
    const done = await ending.run(id)
    await arranged.reload()
    if (done) announce('已销假，代行停止')
    return Boolean(done)
  }

  return { arranged, roles, own, grant, village, candidates, deputy, from, to, faults, naming, ending, load, choose, name, end }
}
