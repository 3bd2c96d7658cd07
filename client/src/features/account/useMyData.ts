/** What is held of me: to see (masked), to copy in full by SMS, to have corrected, and to leave behind. */
import { ref } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { start } from '@/navigation'
import { api } from '@/request'
import { endSession } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

interface Held {
  data: Schema<'HeldData'>
  corrections: Schema<'Correction'>[]
}

export function useMyData() {
  const { data, problem, rememberedAt, reload } = useLoad<Held>(load)

  async function load(): Promise<Held> {
    const [held, corrections] = await Promise.all([api.get('/mp/v1/me/data'), api.get('/mp/v1/me/corrections')])
    return { data: held, corrections: corrections.items }
  }

  const copying = useAction((key, code: string) => api.post('/mp/v1/me/data/copies', { body: { sms_code: code }, key }))
  const asking = useAction((key, field: 'name' | 'other', wanted: string) => api.post('/mp/v1/me/corrections', { body: { field, wanted }, key }))
  const closing = useAction(async (key, code: string) => {
    await api.post('/mp/v1/me/close', { body: { sms_code: code || null }, key })
    return true
  })
  const copied = ref('')

  /** @returns the whole copy as text, ready to be kept by the person */
  async function copy(code: string): Promise<string> {
    const answer = await copying.run(code)
    copied.value = answer ? JSON.stringify(answer, null, 2) : ''
    return copied.value
  }

  async function correct(field: 'name' | 'other', wanted: string): Promise<boolean> {
    const done = await asking.run(field, wanted)
    if (done) announce('更正申请已提交，办好会发消息')
    if (done) await reload()
    return done !== null
  }

  async function close(code: string): Promise<void> {
    if (!(await closing.run(code))) return
    endSession('left')
    announce('账号已注销', 8_000)
    start('home')
  }

  return {
    data, problem, rememberedAt, reload, copied, copy, correct, close,
    copying: copying.busy, copyProblem: copying.problem, correcting: asking.busy, correctProblem: asking.problem, closing: closing.busy, closeProblem: closing.problem,
  }
}
