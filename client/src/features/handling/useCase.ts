import { computed } from 'vue'
import { announce } from '@/announce'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import * as calls from './calls'
import { offers } from './verbs'

const DONE: Record<string, string> = {
  claim: '已认领，受理回执已发给申请人',
  forward: '已送签',
  overrule: '说明已记录',
  cosign: '已复核同意',
  decline_cosign: '已退回村里',
  send_back: '已退回经办人',
  withdraw: '已撤回',
}

/** One application with everything beside it, and what can be done without leaving its page. */
export function useCase(id: () => string) {
  const file = useLoad(() => calls.read(id()))
  const steps = useLoad(() => calls.timeline(id()))
  const texts = useLoad(() => calls.changes(id()))

  const acting = useAction(async (key: string, verb: string, words: string, rowVersion: number) => {
    if (verb === 'claim') return calls.claim(id(), key)
    if (verb === 'forward') return calls.forward(id(), rowVersion, key)
    if (verb === 'overrule') return calls.overrule(id(), words, key)
    if (verb === 'cosign') return calls.cosign(id(), words, key)
    if (verb === 'decline_cosign') return calls.declineCosign(id(), words, key)
    if (verb === 'send_back') return calls.sendBack(id(), words, key)
    return calls.withdraw(id(), words, key)
  })

  const looking = useAction((key: string) => calls.holder(id(), key))

  async function reload(): Promise<void> {
    await file.reload()
    await Promise.all([steps.reload(), texts.reload()])
  }

  /** @returns whether it was done; when somebody was quicker, the page shows what became of it */
  async function act(verb: string, words = ''): Promise<boolean> {
    const done = await acting.run(verb, words.trim(), file.data.value?.row_version ?? 0)
    if (!done) {
      if (acting.problem.value?.status === 409) await reload()
      return false
    }
    file.data.value = done
    announce(DONE[verb] ?? '已办')
    await Promise.all([steps.reload(), texts.reload()])
    return true
  }

  return {
    file, steps, texts, reload, act, acting,
    offers: computed(() => offers(file.data.value?.can ?? [])),
    look: looking,
  }
}
