import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import * as storage from '@/platform/storage'
import { asProblem, type Problem } from '@/problem'
import type { Page } from '@/use/pages'

/** One page of a list as it was fetched: by which cursor, what it held, how it goes on. */
export interface Chapter<T> {
  cursor: string | undefined
  items: T[]
  next: string | null
}

export interface Rows<T> {
  items: ComputedRef<T[]>
  ready: ComputedRef<boolean>
  hasMore: ComputedRef<boolean>
  loading: Ref<boolean>
  loadingMore: Ref<boolean>
  problem: ShallowRef<Problem | null>
  rememberedAt: Ref<number>
  /** The first page anew; what was read of the later ones stays, so that nobody loses their place. */
  refresh: () => Promise<void>
  more: () => Promise<void>
  /** The page that holds this row anew: it may have changed, or left this list. */
  renew: (id: string) => Promise<void>
  /** Everything anew from the top. */
  restart: () => Promise<void>
}

/**
 * A list read page by page that keeps its place: coming back from a row fetches the row's page again, not everything.
 * @param book where the pages are kept; the caller may hold on to it while the page is away
 * @param name under which the first page stays on the phone for when there is no network; empty where it should not
 */
export function useRows<T extends { id: string }>(
  load: (cursor: string | undefined) => Promise<Page<T>>,
  book: ShallowRef<Chapter<T>[]> = shallowRef<Chapter<T>[]>([]),
  name: string | (() => string) = '',
): Rows<T> {
  const loading = ref(false)
  const loadingMore = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const rememberedAt = ref(0)
  const named = () => (typeof name === 'string' ? name : name())
  const key = () => `zheng.cache.${named()}`
  let turn = 0

  async function fetched(cursor: string | undefined): Promise<Chapter<T>> {
    const page = await load(cursor)
    return { cursor, items: page.items, next: page.next_cursor ?? null }
  }

  function remember(): void {
    const old = named() && !book.value.length ? storage.read<{ at: number; chapter: Chapter<T> }>(key()) : null
    if (!old) return
    book.value = [{ ...old.chapter, next: null }]
    rememberedAt.value = old.at
  }

  async function first(join: (fresh: Chapter<T>) => Chapter<T>[]): Promise<void> {
    const mine = ++turn
    loading.value = true
    remember()
    try {
      const fresh = await fetched(undefined)
      if (mine !== turn) return
      book.value = rememberedAt.value ? [fresh] : join(fresh)
      rememberedAt.value = 0
      problem.value = null
      if (named()) storage.write(key(), { at: Date.now(), chapter: fresh })
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  async function more(): Promise<void> {
    const last = book.value.at(-1)
    if (!last?.next || loadingMore.value) return
    loadingMore.value = true
    const started = turn
    try {
      const chapter = await fetched(last.next)
      if (started === turn) book.value = [...book.value, chapter]
    } catch (thrown) {
      problem.value = asProblem(thrown)
    } finally {
      loadingMore.value = false
    }
  }

  async function renew(id: string): Promise<void> {
    const index = book.value.findIndex((chapter) => chapter.items.some((row) => row.id === id))
    if (index < 1) return first((fresh) => joined(fresh, book.value))
    try {
      const fresh = await fetched(book.value[index]!.cursor)
      book.value = [...book.value.slice(0, index), ...joined(fresh, book.value.slice(index))]
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  return {
    items: computed(() => withoutTwins(book.value.flatMap((chapter) => chapter.items))),
    ready: computed(() => book.value.length > 0),
    hasMore: computed(() => Boolean(book.value.at(-1)?.next)),
    loading,
    loadingMore,
    problem,
    rememberedAt,
    refresh: () => first((fresh) => joined(fresh, book.value)),
    more,
    renew,
    restart: () => first((fresh) => [fresh]),
  }
}

/** A page fetched again before what was read after it: the reader keeps everything read so far, and nothing falls between. */
function joined<T extends { id: string }>(fresh: Chapter<T>, old: Chapter<T>[]): Chapter<T>[] {
  const last = fresh.items.at(-1)
  if (!fresh.next || !last) return [fresh]
  const holder = old.findIndex((chapter) => chapter.items.some((row) => row.id === last.id))
  const chapter = old[holder]
  if (!chapter) return [fresh]
  const rest = chapter.items.slice(chapter.items.findIndex((row) => row.id === last.id) + 1)
  const later = old.slice(holder + 1)
  if (!rest.length && !later.length) return [fresh]
  return [fresh, { cursor: fresh.next, items: rest, next: chapter.next }, ...later]
}

function withoutTwins<T extends { id: string }>(rows: T[]): T[] {
  const seen = new Set<string>()
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id))
}
