import { computed, ref } from 'vue'
import * as handling from '@/features/handling/calls'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import * as calls from './calls'
import { usePin } from './usePin'
import { markDone } from './queue'
import { follow } from './sealing'

/** `reading`: not read to its end; `read`: the PIN may be asked for; `done`: decided. */
export type Stage = 'reading' | 'read' | 'done'

/** One application before the approver: read as it will print, to its end, then signed with the PIN or refused. */
export function useApproving(id: () => string) {
  const file = useLoad(() => handling.read(id()))
  const document = useLoad(() => calls.preview(id()))
  const stage = ref<Stage>('reading')
  const changed = ref(false)
  const outcome = ref('')
  const pin = usePin()

  const verbs = computed(() => (file.data.value?.can ?? []).map((allowed) => allowed.verb))
  const refusing = computed(() => file.data.value?.state === 'refusing')
  const faults = computed(() => (refusing.value ? [] : (document.data.value?.faults ?? [])))
  const mayDecide = computed(() => verbs.value.includes(refusing.value ? 'refuse' : 'approve') && faults.value.length === 0)

  const signing = useAction((key: string, secret: string, digest: string) => calls.approve(id(), secret, digest, key))
  const refusal = useAction((key: string, secret: string) => handling.refuse(id(), secret, key))
  const sending = useAction((key: string, remark: string) => handling.sendBack(id(), remark, key))

  async function load(): Promise<void> {
    await file.reload()
    if (file.data.value && !refusing.value && stage.value !== 'done') await document.reload()
  }

  /** The end of what is to be signed was on the screen. */
  function reachedEnd(): void {
    const shown = refusing.value ? file.data.value : document.data.value
    if (stage.value === 'reading' && shown) stage.value = 'read'
  }

  /** @returns whether it is signed; a document that changed meanwhile must be read again first */
  async function approve(): Promise<boolean> {
    const digest = document.data.value?.digest ?? ''
    if (stage.value !== 'read' || !mayDecide.value || !pin.complete.value) return false
    const signed = await signing.run(pin.value.value, digest)
    pin.after(signing.problem.value)
    if (!signed) {
      await afterRefusal(signing.problem.value?.code, signing.problem.value?.status)
      return false
    }
    finish(`${signed.number} 已签批`)
    void follow(signed)
    return true
  }

  async function refuse(): Promise<boolean> {
    if (stage.value !== 'read' || !mayDecide.value || !pin.complete.value) return false
    const done = await refusal.run(pin.value.value)
    pin.after(refusal.problem.value)
    if (!done) {
      await afterRefusal(refusal.problem.value?.code, refusal.problem.value?.status)
      return false
    }
    finish('已决定不予出具，决定书正在发给申请人')
    return true
  }

  async function sendBack(remark: string): Promise<boolean> {
    const done = await sending.run(remark.trim())
    if (done) finish('已退回经办人')
    else if (sending.problem.value?.status === 409) await load()
    return Boolean(done)
  }

  async function afterRefusal(code = '', status = 0): Promise<void> {
    if (code === 'pin_not_set' || status !== 409) return
    changed.value = code === 'changed_since_preview'
    stage.value = 'reading'
    pin.close()
    await load()
  }

  function finish(words: string): void {
    stage.value = 'done'
    outcome.value = words
    changed.value = false
    pin.close()
    markDone(id())
  }

  const problem = computed(() => signing.problem.value ?? refusal.problem.value)
  return {
    file, document, stage, changed, outcome, pin, verbs, refusing, faults, mayDecide, load, reachedEnd, approve, refuse, sendBack,
    busy: computed(() => signing.busy.value || refusal.busy.value),
    sending, problem,
  }
}
