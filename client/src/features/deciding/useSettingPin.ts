import { computed, ref } from 'vue'
import { announce } from '@/announce'
import { useStepUp } from '@/features/account/useStepUp'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

/** Whether these six digits are too easy to guess; the server knows more, as one's birthday and phone. */
export function weakness(pin: string): string {
  if (!/^\d{6}$/.test(pin)) return '签批密码是 6 位数字'
  if (/^(\d)\1{5}$/.test(pin)) return '六位都一样太容易猜，请换一个'
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]))
  return steps.every((step) => step === 1) || steps.every((step) => step === -1) ? '连着的数字太容易猜，请换一个' : ''
}

/** Setting or changing the approval PIN, by a code to one's own phone and typing it twice. */
export function useSettingPin() {
  const state = useLoad(() => api.get('/mp/v1/auth/pin'))
  const stepUp = useStepUp()
  const first = ref('')
  const again = ref('')
  const faults = ref<{ first?: string; again?: string; code?: string }>({})
  const saving = useAction((key: string, pin: string, code: string) => api.put('/mp/v1/auth/pin', { body: { pin, sms_code: code }, key }))

  /** @returns whether it is set now */
  async function save(): Promise<boolean> {
    const weak = weakness(first.value)
    faults.value = {
      ...(weak ? { first: weak } : {}),
      ...(again.value === first.value ? {} : { again: '两次输入的不一样，请再输一遍' }),
      ...(/^\d{6}$/.test(stepUp.code.value) ? {} : { code: '请填短信里的 6 位验证码' }),
    }
    if (Object.keys(faults.value).length) return false
    const done = await saving.run(first.value, stepUp.code.value)
    stepUp.code.value = ''
    if (!done) return false
    first.value = again.value = ''
    state.data.value = done
    announce('签批密码已设好')
    return true
  }

  return { state, stepUp, first, again, faults, saving, save, isSet: computed(() => state.data.value?.is_set ?? false) }
}
