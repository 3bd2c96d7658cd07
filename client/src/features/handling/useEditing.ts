import { computed, ref } from 'vue'
import { announce } from '@/announce'
import * as storage from '@/platform/storage'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import * as calls from './calls'
import { differences, sayDifferences } from './differences'

interface Kept {
  text: string
  /** The text it was begun from. */
  base: string
}

/**
 * A clerk's text being changed. What is typed stays on the phone until it is saved. When somebody else saved meanwhile,
 * theirs is shown beside mine and the clerk chooses; mine is never thrown away unasked.
 */
export function useEditing(id: () => string) {
  const file = useLoad(() => calls.read(id()))
  const mine = ref('')
  const base = ref('')
  const version = ref(0)
  /** The other's text, while it is to be decided which one stands. */
  const theirs = ref<string | null>(null)
  const kept = ref(true)
  const key = () => `zheng.draft.${session.me?.account.id ?? ''}.text.${id()}`

  const saving = useAction((idempotency: string, text: string, rowVersion: number) => calls.saveText(id(), text, rowVersion, idempotency))
  const changes = computed(() => differences(base.value, mine.value))
  const told = computed(() => sayDifferences(changes.value))
  const theirChanges = computed(() => (theirs.value === null ? [] : differences(base.value, theirs.value)))
  const mayEdit = computed(() => (file.data.value?.can ?? []).some((allowed) => allowed.verb === 'edit'))

  async function load(): Promise<void> {
    await file.reload()
    const fresh = file.data.value
    if (!fresh || version.value) return
    const before = storage.read<Kept>(key())
    begin(fresh)
    if (!before || before.text === fresh.text) return
    mine.value = before.text
    // Begun from another text than the one that stands now: the same as a conflict on saving.
    if (before.base !== fresh.text) {
      base.value = before.base
      theirs.value = fresh.text
    }
  }

  function begin(fresh: calls.Case): void {
    base.value = mine.value = fresh.text
    version.value = fresh.row_version
    theirs.value = null
  }

  function typed(text: string): void {
    mine.value = text
    kept.value = storage.write(key(), { text, base: base.value } satisfies Kept)
  }

  /** A sentence the village keeps, on a line of its own at the end. */
  function append(words: string): void {
    typed(mine.value.trim() ? `${mine.value.trimEnd()}\n${words}` : words)
  }

  /** @returns whether it was saved */
  async function save(): Promise<boolean> {
    if (theirs.value !== null) return false
    const saved = await saving.run(mine.value, version.value)
    if (saved) return settle(saved)
    return saving.problem.value?.code === 'edited_meanwhile' ? meet() : false
  }

  /** Somebody was quicker. Where they left the text alone (an urging, a new file), mine is saved on top without a question. */
  async function meet(): Promise<boolean> {
    await file.reload()
    const fresh = file.data.value
    if (!fresh) return false
    version.value = fresh.row_version
    if (fresh.text !== base.value && fresh.text !== mine.value) {
      theirs.value = fresh.text
      return false
    }
    const saved = await saving.run(mine.value, version.value)
    return saved ? settle(saved) : false
  }

  function settle(saved: calls.Case): boolean {
    storage.remove(key())
    begin(saved)
    file.data.value = saved
    saving.problem.value = null
    announce('正文已保存，申请人看得到修改痕迹')
    return true
  }

  /** Goes on from the other's text: with mine on top, or leaving mine. */
  function choose(whose: 'mine' | 'theirs'): void {
    const other = theirs.value ?? ''
    base.value = other
    theirs.value = null
    saving.problem.value = null
    if (whose === 'theirs') {
      mine.value = other
      storage.remove(key())
    } else typed(mine.value)
  }

  return { file, mine, theirs, changes, told, theirChanges, kept, mayEdit, load, typed, append, save, choose, saving }
}
