import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { uniqueKey } from '@/platform/random'
import { asProblem, type Problem } from '@/problem'

export interface Action<Arguments extends unknown[], T> {
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  /** Runs it; a second tap while it runs does nothing. Null when it failed (`problem` says why) or was a second tap. */
  run: (...given: Arguments) => Promise<T | null>
}

/**
 * One action of the person that changes something. It gets an idempotency key which stays the same until the server
 * has answered, so that pressing again after a lost answer does not do the thing twice.
 */
export function useAction<Arguments extends unknown[], T>(
  act: (key: string, ...given: Arguments) => Promise<T>,
): Action<Arguments, T> {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let key = ''
  let asked = ''

  async function run(...given: Arguments): Promise<T | null> {
    if (busy.value) return null
    const asking = JSON.stringify(given)
    // Other words are another action: the old key would be refused for them.
    if (!key || asking !== asked) key = uniqueKey()
    asked = asking
    busy.value = true
    problem.value = null
    try {
      const done = await act(key, ...given)
      key = ''
      return done
    } catch (thrown) {
      problem.value = asProblem(thrown)
      if (!problem.value.passing) key = ''
      return null
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, run }
}
