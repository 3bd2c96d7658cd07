/** Links that let somebody open a certificate's PDF until they expire or are taken back. */
import { shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { announce } from '@/announce'
import { shareText } from '@/platform/share'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { usePages } from '@/use/pages'
import type { IconName } from '@/ui/icons'
import type { Tone } from '@/ui/NoticeBox.vue'

type Link = Schema<'ShareLink'>

export function shareState(link: Pick<Link, 'alive' | 'withdrawn_at'>): { words: string; tone: Tone; icon: IconName } {
  if (link.alive) return { words: '能打开', tone: 'good', icon: 'check' }
  return link.withdrawn_at ? { words: '已收回', tone: 'past', icon: 'close' } : { words: '已失效', tone: 'past', icon: 'clock' }
}

const SENT = { shared: '已发出', copied: '链接已复制，到聊天里粘贴给对方', left: '', failed: '没能复制，请长按链接自己复制' }

export function useShares(id: () => string) {
  const { items, ready, problem, rememberedAt, reload, hasMore, more } = usePages<Link>(
    (cursor) => api.get('/mp/v1/certificates/{certificate_id}/shares', { path: { certificate_id: id() }, query: { cursor, limit: 20 } }),
    () => `shares.${id()}`,
  )
  /** The link just made; its address is told this once and kept nowhere. */
  const fresh = shallowRef<Schema<'NewShareLink'> | null>(null)
  const making = useAction((key, forWhom: string) =>
    api.post('/mp/v1/certificates/{certificate_id}/shares', { path: { certificate_id: id() }, body: { for_whom: forWhom }, key }),
  )
  const withdrawing = useAction((key, link: string) => api.delete('/mp/v1/certificates/shares/{link_id}', { path: { link_id: link }, key }))

  async function make(forWhom: string): Promise<boolean> {
    const made = await making.run(forWhom)
    if (made) fresh.value = made
    await reload()
    return made !== null
  }

  async function send(): Promise<void> {
    if (!fresh.value) return
    const became = await shareText('证明', fresh.value.url)
    if (SENT[became]) announce(SENT[became])
  }

  async function withdraw(link: string): Promise<void> {
    const done = await withdrawing.run(link)
    if (done && fresh.value?.id === link) fresh.value = null
    if (done) announce('已收回，对方打不开了')
    await reload()
  }

  return {
    items, ready, problem, rememberedAt, reload, hasMore, more, fresh, make, send, withdraw,
    making: making.busy, makeProblem: making.problem, withdrawing: withdrawing.busy, withdrawProblem: withdrawing.problem,
  }
}
