/** One application with its timeline, kept fresh, and what the person may do with it. */
import { computed, ref, shallowRef } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { asProblem, type Problem } from '@/problem'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

export interface Followed {
  application: Schema<'Application'>
  steps: Schema<'TimelineEntry'>[]
}

export function useApplication(id: () => string) {
  const path = () => ({ application_id: id() })
  const { data, problem, loading, rememberedAt, reload } = useLoad<Followed>(load, () => `application.${id()}`)

  async function load(): Promise<Followed> {
    const [application, timeline] = await Promise.all([
      api.get('/mp/v1/applications/{application_id}', { path: path() }),
      api.get('/mp/v1/applications/{application_id}/timeline', { path: path() }),
    ])
    return { application, steps: timeline.steps }
  }

  const application = computed(() => data.value?.application ?? null)
  const steps = computed(() => [...(data.value?.steps ?? [])].reverse())
  const may = (verb: string) => Boolean(application.value?.can.some((allowed) => allowed.verb === verb))

  const urging = useAction((key) => api.post('/mp/v1/applications/{application_id}/urge', { path: path(), key }))
  const withdrawing = useAction((key, reason: string) =>
    api.post('/mp/v1/applications/{application_id}/withdraw', { path: path(), body: { reason }, key }),
  )
  const revising = useAction((key) => api.post('/mp/v1/applications/{application_id}/revise', { path: path(), key }))

  /** Runs one of them, says what was done, and shows what became of it; also after a refusal: it has moved on. */
  async function perform(run: () => Promise<unknown>, done: string, fault: { value: Problem | null }): Promise<boolean> {
    const answer = await run()
    const moved = fault.value && [409, 412].includes(fault.value.status)
    if (answer || moved) await reload()
    if (answer) announce(done)
    return Boolean(answer)
  }

  const urge = () => perform(() => urging.run(), '已经催办，经办人收到了提醒', urging.problem)
  const withdraw = (reason: string) => perform(() => withdrawing.run(reason), '已撤回', withdrawing.problem)
  const revise = () => perform(() => revising.run(), '可以修改了', revising.problem)
  const busy = computed(() => urging.busy.value || withdrawing.busy.value || revising.busy.value)
  const actionProblem = computed(() => urging.problem.value ?? withdrawing.problem.value ?? revising.problem.value)

  return { application, steps, problem, loading, rememberedAt, reload, may, urge, withdraw, revise, busy, actionProblem }
}

/** What the committee changed in the text, loaded when asked for. */
export function useTextChanges(id: () => string) {
  const open = ref(false)
  const versions = shallowRef<Schema<'TextVersion'>[] | null>(null)
  const problem = shallowRef<Problem | null>(null)

  async function load(): Promise<void> {
    problem.value = null
    try {
      const answer = await api.get('/mp/v1/applications/{application_id}/changes', { path: { application_id: id() } })
      versions.value = answer.items
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  async function toggle(): Promise<void> {
    open.value = !open.value
    if (open.value) await load()
  }

  return { open, versions, problem, load, toggle }
}
