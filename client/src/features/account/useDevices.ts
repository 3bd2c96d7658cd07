/** Where this account is logged in, and logging out there. */
import { announce } from '@/announce'
import { api } from '@/request'
import { start } from '@/navigation'
import { endSession } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

export function useDevices() {
  const { data, problem, rememberedAt, reload } = useLoad(() => api.get('/mp/v1/me/devices'))
  const leaving = useAction(async (key, id: string) => {
    await api.delete('/mp/v1/me/devices/{device_id}', { path: { device_id: id }, key })
    return true
  })
  const leavingAll = useAction((key, keepThis: boolean) => api.post('/mp/v1/me/devices/log-out', { body: { keep_this: keepThis }, key }))

  async function logOutOne(id: string, current: boolean): Promise<void> {
    const done = await leaving.run(id)
    if (done && current) return gone()
    if (done) announce('那台设备已退出')
    await reload()
  }

  async function logOutAll(keepThis: boolean): Promise<void> {
    const done = await leavingAll.run(keepThis)
    if (done && !keepThis) return gone()
    if (done) announce(`已退出 ${done.devices} 台设备`)
    await reload()
  }

  function gone(): void {
    endSession('left')
    start('home')
  }

  return { data, problem, rememberedAt, reload, logOutOne, logOutAll, leaving: leaving.busy, leaveProblem: leaving.problem, leavingAll: leavingAll.busy, leaveAllProblem: leavingAll.problem }
}
