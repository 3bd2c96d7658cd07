import { computed, ref } from 'vue'
import type { Problem } from '@/problem'

const LENGTH = 6

/** The approval PIN being typed: gone after every try, and closed while it is locked. */
export function usePin() {
  const value = ref('')
  const open = ref(false)
  const fault = ref('')
  /** Whether it is locked, so that typing it is of no use; `words` say until when or who can unlock. */
  const locked = ref(false)
  /** It was never set; the person is led to where it is. */
  const unset = ref(false)

  function close(): void {
    value.value = fault.value = ''
    open.value = false
  }

  /** What the server made of it. */
  function after(problem: Problem | null): void {
    value.value = ''
    unset.value = problem?.code === 'pin_not_set'
    locked.value = problem?.code === 'pin_locked' || Boolean(problem?.facts.locked)
    fault.value = problem && ['wrong_pin', 'pin_locked'].includes(problem.code) ? wordsOf(problem) : ''
  }

  return {
    value, open, fault, locked, unset, close, after,
    complete: computed(() => value.value.length === LENGTH && !locked.value),
    type: (digits: string) => {
      value.value = digits
      fault.value = ''
    },
    ask: () => {
      value.value = fault.value = ''
      locked.value = unset.value = false
      open.value = true
    },
  }
}

/** The server says how many tries are left, until when it waits, and that an admin unlocks; here only who that is. */
function wordsOf(problem: Problem): string {
  return problem.facts.locked ? `${problem.message}。机构管理员在县（市、区）政务办，会先核对是您本人。` : problem.message
}
