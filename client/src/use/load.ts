import { onUnmounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import * as storage from '@/platform/storage'
import { asProblem, type Problem } from '@/problem'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  loading: Ref<boolean>
  /** When what is shown was true, in milliseconds, if it is what the phone remembers and not fresh; else 0. */
  rememberedAt: Ref<number>
  reload: () => Promise<void>
}

interface Remembered<T> {
  at: number
  data: T
}

/**
 * Loads something from the server for a page. With a `name`, its last state stays on the phone and is shown at once
 * and without a network; it is forgotten at log-out. A name that depends on the page's parameters is given as a function.
 * The latest call wins, whatever order answers come in.
 */
export function useLoad<T>(load: () => Promise<T>, name: string | (() => string) = ''): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(false)
  const rememberedAt = ref(0)
  const named = () => (typeof name === 'function' ? name() : name)
  const key = () => `zheng.cache.${named()}`
  let turn = 0
  onUnmounted(() => (turn = -1))

  function remembered(): void {
    const old = named() && data.value === null ? storage.read<Remembered<T>>(key()) : null
    if (!old) return
    data.value = old.data
    rememberedAt.value = old.at
  }

  async function reload(): Promise<void> {
    const mine = ++turn
    loading.value = true
    remembered()
    try {
      const fresh = await load()
      if (mine !== turn) return
      data.value = fresh
      problem.value = null
      rememberedAt.value = 0
      if (named()) storage.write(key(), { at: Date.now(), data: fresh } satisfies Remembered<T>)
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  return { data, problem, loading, rememberedAt, reload }
}
