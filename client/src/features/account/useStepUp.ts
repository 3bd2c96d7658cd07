/** A code by SMS to one's own phone, for what must not happen by a stolen phone lying open. */
import { onUnmounted, ref } from 'vue'
import type { Schema } from '@/api/types'
import { elapsed } from '@/platform/stopwatch'
import { api } from '@/request'
import { useAction } from '@/use/action'

const WAIT = 60

/** @param ask sends the code; without it, to the phone bound to the account */
export function useStepUp(ask: (key: string) => Promise<Schema<'Sent'>> = (key) => api.post('/mp/v1/me/sms-codes', { key })) {
  const code = ref('')
  const sentTo = ref('')
  /** Seconds until another code may be asked for. */
  const wait = ref(0)
  const sending = useAction(ask)
  let timer: ReturnType<typeof setInterval> | undefined

  async function send(): Promise<void> {
    if (wait.value > 0) return
    const sent = await sending.run()
    if (sent) sentTo.value = sent.phone
    const seconds = sent ? WAIT : (sending.problem.value?.waitSeconds ?? 0)
    if (seconds > 0) countFrom(seconds)
  }

  function countFrom(seconds: number): void {
    const end = elapsed() + seconds * 1000
    clearInterval(timer)
    wait.value = seconds
    timer = setInterval(() => {
      wait.value = Math.max(0, Math.ceil((end - elapsed()) / 1000))
      if (wait.value === 0) clearInterval(timer)
    }, 1000)
  }

  onUnmounted(() => clearInterval(timer))
  return { code, sentTo, wait, send, sending: sending.busy, problem: sending.problem }
}

export type StepUp = ReturnType<typeof useStepUp>
