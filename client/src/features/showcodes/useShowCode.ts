/**
 * A show-code that lives: counts down by time passed (never by the clock), renews itself, notices that it was used,
 * stops when nobody sees it, and says so when there is no network.
 */
import { computed, onUnmounted, ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { elapsed } from '@/platform/stopwatch'
import { asProblem, Problem } from '@/problem'
import { api } from '@/request'
import type { Scope } from './scopes'

type Code = Schema<'ShowCode'>

/** Asked this long before a code dies, so that there is never a moment without one. */
const AHEAD = 12_000
const TICK = 1_000
const LOOK_EVERY = 3_000
/** A waiting person learns soon that there is no network, and soon that there is one again. */
const PATIENCE = 8_000
const RETRY_AFTER = 4_000

export interface Wish {
  item: string
  scope: Scope
  purpose: string
}

interface Alive {
  code: Code
  /** On the stopwatch: when it dies. */
  until: number
}

export interface Use {
  at: string
  /** Which office and post looked, where the record says. */
  by: string
  verdict: string
}

export type Stage = 'off' | 'starting' | 'showing' | 'used' | 'refused'

export function useShowCode() {
  const stage = ref<Stage>('off')
  const current = shallowRef<Code | null>(null)
  const secondsLeft = ref(0)
  const problem = shallowRef<Problem | null>(null)
  const used = shallowRef<Use | null>(null)

  let wish: Wish | null = null
  /** The code shown and the one before it, which lives out its minute. */
  let alive: Alive[] = []
  let timer: ReturnType<typeof setInterval> | undefined
  let asking = false
  let looking = false
  let nextAsk = 0
  let nextLook = 0
  /** Answers to what was asked before the last stop count for nothing. */
  let turn = 0

  function start(wanted: Wish): void {
    stop()
    wish = wanted
    used.value = null
    problem.value = null
    stage.value = 'starting'
    resume()
  }

  /** Goes on after a pause, with a fresh code. */
  function resume(): void {
    if (!wish || timer || stage.value === 'used' || stage.value === 'refused') return
    nextAsk = 0
    timer = setInterval(tick, TICK)
    tick()
  }

  /** Nobody sees it: no code stands on the screen and none is asked for. */
  function pause(): void {
    turn += 1
    clearInterval(timer)
    timer = undefined
    asking = looking = false
    alive = []
    current.value = null
    secondsLeft.value = 0
    if (stage.value === 'showing') stage.value = 'starting'
  }

  function stop(): void {
    pause()
    wish = null
    stage.value = 'off'
  }

  function tick(): void {
    const now = elapsed()
    alive = alive.filter((one) => one.until > now)
    const newest = alive.at(-1)
    secondsLeft.value = newest ? Math.max(0, Math.ceil((newest.until - now) / 1000)) : 0
    current.value = newest?.code ?? null
    stage.value = newest ? 'showing' : 'starting'
    if ((newest ? newest.until - now : 0) <= AHEAD && now >= nextAsk) void ask(newest?.code)
    if (newest && now >= nextLook) void look()
  }

  async function ask(before: Code | undefined): Promise<void> {
    if (asking || !wish) return
    asking = true
    const mine = turn
    const asked = elapsed()
    try {
      const code = before ? await renewed(before) : await made(wish)
      if (mine !== turn) return
      // Counted from before the question went out: the code never lives longer here than at the server.
      alive = [...alive, { code, until: asked + code.expires_in * 1000 }].slice(-2)
      nextLook = elapsed() + LOOK_EVERY
      problem.value = null
    } catch (thrown) {
      if (mine === turn) failed(asProblem(thrown))
    } finally {
      if (mine === turn) asking = false
    }
    if (mine === turn && timer) tick()
  }

  function failed(fault: Problem): void {
    problem.value = fault
    nextAsk = elapsed() + Math.max(RETRY_AFTER, fault.waitSeconds * 1000)
    if (fault.passing) return
    // Revoked, expired, no longer allowed to act for them: what stands on the screen is worth nothing any more.
    pause()
    stage.value = 'refused'
  }

  const made = (wanted: Wish) =>
    api.post('/mp/v1/showcodes', { body: { item_id: wanted.item, scope: wanted.scope, purpose: wanted.purpose || null }, timeout: PATIENCE })

  const renewed = (code: Code) => api.post('/mp/v1/showcodes/{show_code_id}/renew', { path: { show_code_id: code.id }, timeout: PATIENCE })

  /** Whether a counter has taken one of the living codes. Not knowing is no fault worth words. */
  async function look(): Promise<void> {
    if (looking) return
    looking = true
    nextLook = elapsed() + LOOK_EVERY
    const mine = turn
    try {
      for (const { code } of alive) {
        const now = await api.get('/mp/v1/showcodes/{show_code_id}', { path: { show_code_id: code.id }, timeout: PATIENCE })
        if (mine !== turn) return
        if (now.used_at) return await taken(now.item_id, now.used_at)
      }
    } catch (thrown) {
      const fault = asProblem(thrown)
      if (mine === turn && fault.status === 401) failed(fault)
    } finally {
      if (mine === turn) looking = false
    }
  }

  async function taken(item: string, at: string): Promise<void> {
    pause()
    stage.value = 'used'
    used.value = { at, by: '', verdict: '' }
    const found = await lastScan(item, at).catch(() => null)
    if (found && stage.value === 'used') used.value = { at, by: [found.organisation_name, found.post].filter(Boolean).join(' · '), verdict: found.verdict }
  }

  onUnmounted(stop)
  const starving = computed(() => stage.value === 'starting' && problem.value !== null)
  return { stage, current, secondsLeft, problem, used, starving, start, resume, pause, stop }
}

const SAME_SCAN = 10_000

/** The record of the look that took the code, among the newest few. */
async function lastScan(item: string, at: string): Promise<Schema<'Look'> | null> {
  const page = await api.get('/mp/v1/wallet/{item_id}/looks', { path: { item_id: item }, query: { limit: 5 } })
  return page.items.find((seen) => seen.kind !== 'download' && Math.abs(Date.parse(seen.at) - Date.parse(at)) < SAME_SCAN) ?? null
}
