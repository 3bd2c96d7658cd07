import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/problem'
import { useLoad, type Loaded } from './load'

export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

export interface Pages<T> extends Omit<Loaded<Page<T>>, 'data'> {
  items: ComputedRef<T[]>
  /** Whether anything at all was loaded yet. */
  ready: ComputedRef<boolean>
  hasMore: ComputedRef<boolean>
  loadingMore: Ref<boolean>
  moreProblem: ShallowRef<Problem | null>
  more: () => Promise<void>
}

/** A list that comes in pages (keyset cursors); the first page keeps its last state without a network. */
export function usePages<T>(load: (cursor: string | undefined) => Promise<Page<T>>, name: string | (() => string) = ''): Pages<T> {
  const first = useLoad(() => load(undefined), name)
  const later = shallowRef<T[]>([])
  const cursor = ref<string | null | undefined>(undefined)
  const loadingMore = ref(false)
  const moreProblem = shallowRef<Problem | null>(null)

  async function reload(): Promise<void> {
    await first.reload()
    later.value = []
    cursor.value = first.data.value?.next_cursor
  }

  async function more(): Promise<void> {
    if (!cursor.value || loadingMore.value) return
    loadingMore.value = true
    moreProblem.value = null
    try {
      const page = await load(cursor.value)
      later.value = [...later.value, ...page.items]
      cursor.value = page.next_cursor
    } catch (thrown) {
      moreProblem.value = asProblem(thrown)
    } finally {
      loadingMore.value = false
    }
  }

  return {
    ...first,
    items: computed(() => [...(first.data.value?.items ?? []), ...later.value]),
    ready: computed(() => first.data.value !== null),
    hasMore: computed(() => Boolean(cursor.value)),
    loadingMore,
    moreProblem,
    more,
    reload,
  }
}
