import { ref, shallowRef } from 'vue'
import { asProblem, type Problem } from '@/problem'
import { api } from '@/request'
import { fromAnswer, fromFinding, type Need } from './kinds'
import type { Schema } from '@/api/types'

export const MOST_WORDS = 500

/** What a person wants to prove, in their own words, and the answer. Nothing of it is kept, here or on the server. */
export function useNecessity() {
  const words = ref('')
  const receiverInCity = ref('')
  const need = shallowRef<Need | null>(null)
  const answered = ref('')
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const fault = ref('')
  let turn = 0

  /** The latest question wins, whatever order answers come in. */
  async function ask(): Promise<void> {
    const text = words.value.trim()
    fault.value = text ? '' : '先写几个字，比如“孩子上学要住址证明”。'
    if (!text) return
    const mine = ++turn
    busy.value = true
    problem.value = null
    try {
      const answer = await api.post('/mp/v1/necessity', { body: { words: text, purpose: '', receiver: '', receiver_in_city: receiverInCity.value !== 'no' } })
      if (mine !== turn) return
      need.value = fromAnswer(answer)
      answered.value = text
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  /** The answer an application already got. */
  function show(finding: Schema<'Finding'>, asked: string): void {
    need.value = fromFinding(finding)
    answered.value = words.value = asked
  }

  function again(): void {
    turn++
    busy.value = false
    need.value = null
    problem.value = null
  }

  return { words, receiverInCity, need, answered, busy, problem, fault, ask, show, again }
}
