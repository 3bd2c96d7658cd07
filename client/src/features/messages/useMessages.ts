/** Messages, newest first; opening one marks it read and opens the very thing it speaks of. */
import { ref } from 'vue'
import type { Schema } from '@/api/types'
import { announce } from '@/announce'
import { go } from '@/navigation'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { usePages } from '@/use/pages'
import { targetOf, type Target } from './targets'

export type Message = Schema<'Message'>

export const targetOfMessage = (message: Message): Target | null =>
  targetOf(message.target_kind, message.target_id, message.kind.startsWith('todo'))

export function useMessages() {
  const { items, ready, problem, rememberedAt, reload: load, hasMore, more, loadingMore, moreProblem } = usePages<Message>(
    (cursor) => api.get('/mp/v1/messages', { query: { cursor, limit: 30 } }),
    'messages',
  )
  /** Read here since the list was loaded. */
  const readNow = ref<string[]>([])
  const isRead = (message: Message) => Boolean(message.read_at) || readNow.value.includes(message.id)
  const readingAll = useAction((key) => api.post('/mp/v1/messages/read', { key }))

  async function reload(): Promise<void> {
    await load()
    readNow.value = []
  }

  /** Not being able to tell the server that it was read keeps nobody from what it speaks of. */
  function open(message: Message): void {
    if (!isRead(message)) {
      readNow.value = [...readNow.value, message.id]
      void api.post('/mp/v1/messages/{message_id}/read', { path: { message_id: message.id } }).catch(() => undefined)
    }
    const target = targetOfMessage(message)
    if (target) go(target.route, target.parameters)
  }

  async function readAll(): Promise<void> {
    if (!(await readingAll.run())) return
    announce('全部标为看过了')
    await reload()
  }

  return { items, ready, problem, rememberedAt, reload, hasMore, more, loadingMore, moreProblem, isRead, open, readAll, readingAll: readingAll.busy, readProblem: readingAll.problem }
}
