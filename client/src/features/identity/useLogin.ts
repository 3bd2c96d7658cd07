import { computed, reactive } from 'vue'
import { api } from '@/request'
import { openSession, rememberMe, session } from '@/session'
import type { Schema } from '@/api/types'
import { deviceName, weChatCode } from '@/platform/login'
import { Problem } from '@/problem'
import { useAction } from '@/use/action'
import { saySeconds } from '@/use/words'
import { useCountdown } from './countdown'
import { handInPrivacyRead } from './useConsents'
import { normalisePhone, phoneFault } from './phone'

const RESEND_SECONDS = 60

/** Fetches who the server says is logged in. */
export async function fetchMe(): Promise<Schema<'Me'>> {
  const me = await api.get('/mp/v1/me')
  rememberMe(me)
  return me
}

async function enter(tokens: Schema<'LoggedIn'>): Promise<void> {
  openSession(tokens)
  // Logged in is logged in: the code is spent. What did not come now, the next page asks again.
  await Promise.allSettled([handInPrivacyRead(), fetchMe()])
}

/** Logging in by a code sent to one's telephone. */
export function useSmsLogin() {
  const form = reactive({ phone: '', code: '', sentTo: '' })
  const again = useCountdown()

  const send = useAction(async (key) => {
    const { phone } = await api.post('/mp/v1/auth/sms-codes', { key, body: { phone: normalisePhone(form.phone) } })
    form.sentTo = phone ?? ''
    form.code = ''
    again.begin(RESEND_SECONDS)
  })

  const confirm = useAction(async (key, code: string) => {
    const body = { phone: normalisePhone(form.phone), code, device_name: deviceName() }
    await enter(await api.post('/mp/v1/auth/sms-login', { key, body }))
  })

  /** Counts down after a code was sent, and after the server asked to wait. */
  async function sendCode(): Promise<void> {
    if (again.left.value > 0 || phoneFault(form.phone)) return
    await send.run()
    const wait = send.problem.value?.waitSeconds ?? 0
    if (wait) again.begin(wait)
  }

  /** @returns whether somebody is logged in now */
  async function logIn(): Promise<boolean> {
    const code = form.code.normalize('NFKC').replace(/\D/g, '')
    await confirm.run(code)
    return session.loggedIn && confirm.problem.value === null
  }

  const sendWords = computed(() => {
    if (again.left.value > 0) return `${saySeconds(again.left.value)}后可以再发`
    return form.sentTo ? '再发一次' : '获取验证码'
  })
  const codeReady = computed(() => form.code.normalize('NFKC').replace(/\D/g, '').length === 6)
  return { form, again, send, confirm, sendCode, logIn, sendWords, codeReady }
}

/** Logging in by WeChat, and the telephone number WeChat knows. */
export function useWeChatLogin() {
  const confirm = useAction(async (key) => {
    const code = await weChatCode()
    if (!code) throw new Problem('refused', 0, 'no_wechat_code', '微信没有给出登录凭证，请再点一次；还不行可改用短信验证码登录。')
    await enter(await api.post('/mp/v1/auth/wechat-login', { key, body: { code, device_name: deviceName() } }))
  })

  const bind = useAction(async (key, code: string | null) => {
    if (!code) throw new Problem('refused', 0, 'phone_denied', '您没有同意用微信的手机号。可以再点一次，或改用短信验证码。')
    await api.post('/mp/v1/auth/phone', { key, body: { code, old_code: null } })
    await fetchMe()
  })

  async function logIn(): Promise<boolean> {
    await confirm.run()
    return session.loggedIn && confirm.problem.value === null
  }

  return { confirm, bind, logIn }
}
