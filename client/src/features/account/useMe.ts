/** The start of 我的: who this is, and how many messages wait. */
import { ref } from 'vue'
import { api } from '@/request'
import { refreshMe } from './leaving'

export function useMe() {
  const unread = ref(0)

  /** Without a network the page stands on what the phone remembers: no words needed. */
  async function reload(): Promise<void> {
    const count = api.get('/mp/v1/messages/unread').then((answer) => (unread.value = answer.unread))
    await Promise.allSettled([count, refreshMe()])
  }

  return { unread, reload }
}
