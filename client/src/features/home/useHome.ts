import { computed, ref } from 'vue'
import { localDrafts, type LocalDraft } from '@/features/apply/drafts'
import { sendLeftOvers } from '@/features/apply/leftovers'
import { fetchMe } from '@/features/identity/useLogin'
import { api } from '@/request'
import { session } from '@/session'
import { useLoad } from '@/use/load'
import { waitingFor, type Known } from './waiting'

/** The first page: what waits, and the first card. One part that does not come leaves the others standing. */
export function useHome() {
  const drafts = ref<LocalDraft[]>([])
  const loaded = useLoad(load, 'home')

  async function load(): Promise<Known> {
    const named = Boolean(session.me?.person)
    const old = loaded.data.value
    const parts = await Promise.allSettled([
      fetchMe(),
      named ? api.get('/mp/v1/applications', { query: { limit: 20 } }) : { items: [] },
      named ? api.get('/mp/v1/people/helpers') : { items: [] },
      api.get('/mp/v1/staff/invitations'),
      api.get('/mp/v1/messages/unread'),
      named ? api.get('/mp/v1/wallet', { query: { limit: 10 } }) : { items: [] },
    ])
    const broken = parts.filter((part) => part.status === 'rejected')
    if (broken.length === parts.length || (broken.length && !old && parts[1].status === 'rejected')) throw (broken[0] as PromiseRejectedResult).reason
    const [, applications, helpers, invitations, unread, wallet] = parts
    return {
      applications: applications.status === 'fulfilled' ? (applications.value.items ?? []) : (old?.applications ?? []),
      helpers: helpers.status === 'fulfilled' ? (helpers.value.items ?? []) : (old?.helpers ?? []),
      invitations: invitations.status === 'fulfilled' ? (invitations.value.items ?? []) : (old?.invitations ?? []),
      unread: unread.status === 'fulfilled' ? (unread.value.unread ?? 0) : (old?.unread ?? 0),
      card: wallet.status === 'fulfilled' ? (wallet.value.items?.find((item) => item.showable) ?? null) : (old?.card ?? null),
    }
  }

  /** Called whenever the page is seen. Nobody logged in: nothing is asked of the server. */
  async function look(): Promise<void> {
    drafts.value = session.loggedIn ? localDrafts() : []
    if (!session.loggedIn) return
    // Who was unknown a moment ago may have a name now: then there is more to ask for.
    const before = session.me?.person?.id
    await loaded.reload()
    if (session.me?.person?.id !== before) await loaded.reload()
    void sendLeftOvers()
  }

  const waiting = computed(() => (loaded.data.value ? waitingFor(loaded.data.value, drafts.value) : []))
  return { loaded, waiting, look }
}
