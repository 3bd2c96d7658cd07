import { computed, onUnmounted, ref, shallowRef } from 'vue'
import { announce } from '@/announce'
import { createBreath } from '@/features/scanning/breath'
import { online } from '@/platform/network'
import { asProblem, Problem } from '@/problem'
import { api } from '@/request'
import { isVerdict, LOOKS, type Verdict } from './presentation'
import { signal } from './signals'

export type Stage = 'ready' | 'checking' | 'verdict' | 'problem'

/** Where a text comes from. A camera sees the same code again and again; every other way is a person's act. */
export type Way = 'camera' | 'hand'

/** One try, in milliseconds; the request layer tries twice more where no answer came. */
const TIMEOUT = 8000
/** From when on the waiting is explained. */
const SLOW = 2500

/** One scan after another, each to its verdict or to words about why there is none. */
export function useVerification(matter: () => string) {
  const stage = ref<Stage>('ready')
  const slow = ref(false)
  const verdict = shallowRef<Verdict | null>(null)
  const problem = shallowRef<Problem | null>(null)
  /** The camera still sees the code that was just checked. */
  const seenAgain = ref(false)
  const breath = createBreath()
  let asked = ''
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  onUnmounted(stop)

  function stop(): void {
    turn += 1
    clearTimeout(timer)
    slow.value = false
  }

  /** A text was scanned or typed. While another one is being checked it is not taken; a person is told so. */
  async function check(text: string, way: Way): Promise<void> {
    if (stage.value === 'checking') return way === 'hand' ? announce('上一个码还在核验，这个没有扫进去，请稍等再扫。') : undefined
    if (!breath.admit(text, Date.now())) return again(way)
    await send(text)
  }

  function again(way: Way): void {
    seenAgain.value = way === 'camera'
    if (way === 'camera' || !verdict.value) return
    // Who pulls the trigger twice wants to see something.
    stage.value = 'verdict'
    announce('还是刚才那个码，没有再核验。')
  }

  async function send(text: string): Promise<void> {
    stop()
    const mine = turn
    asked = text
    verdict.value = problem.value = null
    seenAgain.value = false
    stage.value = 'checking'
    timer = setTimeout(() => (slow.value = true), SLOW)
    try {
      const answer = await asking(text, matter())
      if (mine === turn) tell(answer)
    } catch (thrown) {
      if (mine === turn) fail(asProblem(thrown))
    }
  }

  function tell(answer: Verdict): void {
    stop()
    verdict.value = answer
    stage.value = 'verdict'
    signal(LOOKS[answer.word].signal)
  }

  function fail(found: Problem): void {
    stop()
    breath.forget()
    problem.value = found
    stage.value = 'problem'
    signal('fault')
  }

  function cancel(): void {
    if (stage.value !== 'checking') return
    stop()
    breath.forget()
    stage.value = 'ready'
    announce('已取消，没有得到结论。可以再扫一次。')
  }

  /** Back to the scanner, at once; the matter stays. */
  function next(): void {
    stop()
    problem.value = null
    stage.value = 'ready'
  }

  function showLast(): void {
    if (verdict.value) stage.value = 'verdict'
  }

  return {
    stage,
    slow,
    verdict,
    problem,
    seenAgain,
    canShowLast: computed(() => verdict.value !== null),
    check,
    retry: () => send(asked),
    /** Checks a text whatever was checked before, as the newer certificate a verdict names. */
    send,
    cancel,
    next,
    showLast,
  }
}

/** @throws Problem where there is no verdict; nothing else ever counts as one */
async function asking(text: string, matter: string): Promise<Verdict> {
  if (!online.value) throw Problem.of('offline')
  const answer = await api.post('/mp/v1/counter/verify', { body: { text, matter }, timeout: TIMEOUT })
  if (!isVerdict(answer)) throw new Problem('portal', 200, 'no_verdict', '')
  return answer
}
