import { computed, ref } from 'vue'
import { announce } from '@/announce'
import { askToSubscribe, canSubscribe } from '@/platform/subscribe'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'

/** What was handed in: by when, what happens next, and being told of it. */
export function useSubmitted(id: () => string) {
  const loaded = useLoad(() => api.get('/mp/v1/applications/{application_id}', { path: { application_id: id() } }))
  const subscribed = ref(false)
  const templates = useLoad(() => api.get('/mp/v1/messages/subscriptions'))

  const remind = useAction(async () => {
    const ids = (templates.data.value?.items ?? []).map((one) => one.template_id as string)
    const answers = await askToSubscribe(ids)
    for (const [template_id, answer] of Object.entries(answers)) {
      await api.post('/mp/v1/messages/subscriptions', { body: { template_id, answer } })
    }
    subscribed.value = Object.values(answers).includes('accept')
    announce(subscribed.value ? '好的，有进展会在微信里告诉您' : '没有打开提醒，可以在“消息”里看进展')
  })

  const askable = computed(() => canSubscribe() && !subscribed.value && (templates.data.value?.items?.length ?? 0) > 0)

  async function load(): Promise<void> {
    await loaded.reload()
    if (canSubscribe()) await templates.reload()
  }

  return { loaded, remind, askable, load }
}
