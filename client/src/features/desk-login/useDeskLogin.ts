import { computed, ref } from 'vue'
import type { Problem } from '@/problem'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { isDeskCode } from './deskCode'

/** Scan the screen's code, type the two digits beside it, done; a code that is over leads back to the first step. */
export type DeskStep = 'scan' | 'digits' | 'done'

/** The server kills a code after so many wrong pairs. */
const MOST_WRONG = 3

export function useDeskLogin() {
  const scanned = ref('')
  const digits = ref('')
  const confirmed = ref(false)
  const fault = ref('')
  /** Why scanning is asked for (again). */
  const notice = ref('')
  let wrong = 0
  const confirming = useAction((key, qr_text: string, pair: string) =>
    api.post('/mp/v1/auth/desk-logins/confirm', { body: { qr_text, digits: pair }, key }),
  )
  const step = computed<DeskStep>(() => (confirmed.value ? 'done' : scanned.value ? 'digits' : 'scan'))

  function take(text: string): void {
    forget(isDeskCode(text) ? '' : '这不是电脑登录页上的二维码。请在电脑上打开工作台的登录页，扫那里的二维码。')
    if (!notice.value) scanned.value = text
  }

  /** Back to the first step. */
  function forget(why = ''): void {
    scanned.value = digits.value = fault.value = ''
    confirming.problem.value = null
    notice.value = why
    wrong = 0
  }

  async function confirm(): Promise<void> {
    fault.value = /^\d{2}$/.test(digits.value.trim()) ? '' : '请输入电脑屏幕上的两位数字，如 07'
    if (fault.value) return
    const done = await confirming.run(scanned.value, digits.value.trim())
    if (done) confirmed.value = true
    else if (confirming.problem.value) refused(confirming.problem.value)
  }

  function refused(problem: Problem): void {
    if (problem.code === 'wrong_digits') return wrongPair(problem.message)
    // Over, or no desk's code at all: only a new code helps.
    if (problem.status === 404 || problem.status === 409) forget(`${problem.message}。`.replace(/。+$/, '。'))
  }

  function wrongPair(words: string): void {
    wrong += 1
    if (wrong >= MOST_WRONG) return forget('数字输错了三次，这个二维码已作废。请在电脑上刷新，扫新的二维码。')
    confirming.problem.value = null
    digits.value = ''
    fault.value = `${words}。还可以试 ${MOST_WRONG - wrong} 次`
  }

  return { step, digits, fault, notice, busy: confirming.busy, problem: confirming.problem, take, forget, confirm }
}
