/** Binding or changing the phone number: a code to the new one, and one to the old one where there is one. */
import { computed, ref } from 'vue'
import { announce } from '@/announce'
import { api } from '@/request'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { refreshMe } from './leaving'
import { useStepUp } from './useStepUp'

export function usePhone() {
  const phone = ref('')
  const bound = computed(() => session.me?.account.phone ?? '')
  const old = useStepUp()
  const fresh = useStepUp((key) => api.post('/mp/v1/me/phone/sms-codes', { body: { phone: phone.value }, key }))
  /** The old phone is lost: proven by face or at a desk instead of by its code. */
  const lost = ref(false)

  const losing = useAction((key) => api.post('/mp/v1/me/phone/lost', { key }))
  const binding = useAction((key, body: { phone: string; code: string; old_code: string | null }) => api.post('/mp/v1/me/phone', { body, key }))

  const complete = computed(
    () => /^1\d{10}$/.test(phone.value) && fresh.code.value.length === 6 && (!bound.value || lost.value || old.code.value.length === 6),
  )

  /** @returns whether the number is bound now */
  async function bind(): Promise<boolean> {
    const done = await binding.run({ phone: phone.value, code: fresh.code.value, old_code: bound.value && !lost.value ? old.code.value : null })
    if (!done) return false
    announce(done.joined ? '手机号换好了，原来的账号已合并' : '手机号换好了')
    await refreshMe().catch(() => undefined)
    return true
  }

  /** @returns what the person must do now to prove who they are */
  async function reportLost() {
    const attempt = await losing.run()
    if (attempt) lost.value = true
    return attempt
  }

  return { phone, bound, old, fresh, lost, complete, bind, reportLost, binding: binding.busy, bindProblem: binding.problem, losing: losing.busy, lostProblem: losing.problem }
}
