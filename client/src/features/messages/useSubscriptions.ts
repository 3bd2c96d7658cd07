/** Allowing WeChat to tell this person once each time something happens; only in WeChat, only by a tap. */
import { computed, ref } from 'vue'
import { announce } from '@/announce'
import { askToSubscribe, canSubscribe } from '@/platform/subscribe'
import { api } from '@/request'
import { useAction } from '@/use/action'

export function useSubscriptions() {
  const templates = ref<string[]>([])
  const remaining = ref(0)

  /** Not knowing the templates leaves the button away; messages in the app come all the same. */
  async function load(): Promise<void> {
    if (!canSubscribe()) return
    const answer = await api.get('/mp/v1/messages/subscriptions').catch(() => null)
    templates.value = answer?.items.map((one) => one.template_id) ?? []
    remaining.value = Math.min(...(answer?.items.map((one) => one.remaining) ?? [0]), 99)
  }

  const asking = useAction(async () => {
    const answers = await askToSubscribe(templates.value)
    for (const [template_id, answer] of Object.entries(answers)) await api.post('/mp/v1/messages/subscriptions', { body: { template_id, answer } })
    return Object.values(answers).filter((answer) => answer === 'accept').length
  })

  async function ask(): Promise<void> {
    const accepted = await asking.run()
    if (accepted === null) return
    announce(accepted ? '好的，有进展会在微信里告诉您' : '没有打开。进展仍会出现在“消息”里')
    await load()
  }

  const offered = computed(() => templates.value.length > 0)
  return { offered, remaining, load, ask, asking: asking.busy, problem: asking.problem }
}
