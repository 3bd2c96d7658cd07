import { computed, ref } from 'vue'
import { announce } from '@/announce'
import * as storage from '@/platform/storage'
import { session } from '@/session'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import * as calls from './calls'

const MOST = 20

/** Everything that is missing, put together item by item and told once (一次性告知); kept on the phone until sent. */
export function useReturning(id: () => string) {
  const file = useLoad(() => calls.read(id()))
  const items = ref<calls.Missing[]>([])
  const key = () => `zheng.draft.${session.me?.account.id ?? ''}.return.${id()}`
  const sending = useAction((idempotency: string, all: calls.Missing[]) => calls.sendForCompletion(id(), all, idempotency))
  const allowed = computed(() => (file.data.value?.can ?? []).some((one) => one.verb === 'return'))

  async function load(): Promise<void> {
    if (!items.value.length) items.value = storage.read<calls.Missing[]>(key()) ?? []
    await file.reload()
    // A file its owner took away meanwhile cannot be pointed at.
    const there = new Set((file.data.value?.evidence ?? []).map((piece) => piece.id))
    if (file.data.value) items.value = items.value.map((item) => (item.evidence_id && !there.has(item.evidence_id) ? { ...item, evidence_id: null } : item))
  }

  function keep(next: calls.Missing[]): void {
    items.value = next
    storage.write(key(), next)
  }

  /** @returns what is wrong with the item, or empty when it stands in the list */
  function put(item: calls.Missing, at: number | null): string {
    if ([...item.message.trim()].length < 2) return '请写清缺什么、为什么，申请人照着补'
    if (item.kind === 'replace' && !item.evidence_id) return '请选择要更换的是哪份材料'
    if (at === null && items.value.length >= MOST) return `最多 ${MOST} 项`
    const clean = { ...item, message: item.message.trim() }
    keep(at === null ? [...items.value, clean] : items.value.map((one, index) => (index === at ? clean : one)))
    return ''
  }

  function take(at: number): void {
    keep(items.value.filter((_, index) => index !== at))
  }

  /** @returns whether it went out; the applicant is told at once, and only this once */
  async function send(): Promise<boolean> {
    if (!items.value.length) return false
    const done = await sending.run(items.value)
    if (!done) {
      if (sending.problem.value?.status === 409) await file.reload()
      return false
    }
    storage.remove(key())
    announce('一次性告知书已发给申请人')
    return true
  }

  return { file, items, allowed, load, put, take, send, sending }
}
