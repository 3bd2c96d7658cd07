import { computed, ref, shallowRef, type ShallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { session } from '@/session'
import * as storage from '@/platform/storage'
import { useLoad } from '@/use/load'
import { firstTab, rolesHeld, tabsFor, type CommitteeRole } from './roles'
import { useRows, type Chapter, type Rows } from './rows'

export type InboxRow = Schema<'ApplicationRow'>

type TabKey = 'unclaimed' | 'mine' | 'to_sign' | 'to_cosign' | 'overdue' | 'returned' | 'done'

const PAGE = 50
const ROLE = 'zheng.committee-role'

/** One tab's rows, how high they were measured, and how far they were scrolled. */
export interface Shelf {
  book: ShallowRef<Chapter<InboxRow>[]>
  heights: number[]
  top: number
}

interface Place {
  account: string
  tab: string
  organisation: string
  /** The row that was opened last; it is read again on coming back. */
  opened: string
  shelves: Record<string, Shelf>
}

const nowhere = (account: string): Place => ({ account, tab: '', organisation: '', opened: '', shelves: {} })
/** Survives the page: the tab bar opens a new inbox each time, and its reader must not lose the place. */
let place = nowhere('')

/** The committee's inbox: the tabs of the role in hand, their rows, and the place kept in each. */
export function useInbox() {
  const account = session.me?.account.id ?? ''
  if (place.account !== account) place = nowhere(account)
  const role = ref<CommitteeRole | undefined>(rememberedRole())
  const tab = ref(place.tab)
  const organisation = ref(place.organisation)
  const counts = useLoad(() => api.get('/mp/v1/committee/inbox/tabs'), 'inbox.tabs')
  const offices = useLoad(() => api.get('/mp/v1/staff/roles'), 'inbox.offices')

  const tabs = computed(() => {
    const all = counts.data.value?.items ?? []
    return role.value && rolesHeld().length > 1 ? tabsFor(role.value, all) : all
  })
  const villages = computed(() => {
    const found = (offices.data.value?.items ?? []).filter((held) => held.in_force && held.organisation_kind === 'committee')
    return [...new Map(found.map((held) => [held.organisation_id, held.organisation_name])).entries()].map(([id, name]) => ({ id, name }))
  })
  const wide = computed(() => villages.value.length !== 1 || (session.me?.roles ?? []).some((held) => held.role === 'town_reviewer'))

  // One book per tab and village, made when it is first opened.
  const books: Record<string, Rows<InboxRow>> = {}
  const label = computed(() => `${tab.value}.${organisation.value}`)
  const shelf = computed(() => (place.shelves[label.value] ??= { book: shallowRef([]), heights: [], top: 0 }))
  const rows = computed(() => (books[label.value] ??= rowsOf(tab.value, organisation.value, shelf.value)))

  /** Opens a tab; what was read of it stands there at once. */
  async function choose(key: string): Promise<void> {
    tab.value = place.tab = key
    await rows.value.refresh()
  }

  async function chooseVillage(id: string): Promise<void> {
    organisation.value = place.organisation = id
    await rows.value.refresh()
  }

  /** Puts on another of one's roles, with its own tabs. */
  async function chooseRole(next: CommitteeRole): Promise<void> {
    role.value = next
    storage.write(ROLE, next)
    await choose(firstTab(next, tabs.value))
  }

  /** On coming (back): the counts, and the row that was opened, or the top. */
  async function come(): Promise<void> {
    void offices.reload()
    await counts.reload()
    if (!tabs.value.some((one) => one.key === tab.value)) tab.value = place.tab = firstTab(role.value, tabs.value)
    const opened = place.opened
    place.opened = ''
    await (opened && rows.value.ready.value ? rows.value.renew(opened) : rows.value.refresh())
  }

  return {
    role, tab, tabs, organisation, villages, wide, rows, shelf, counts, choose, chooseVillage, chooseRole, come,
    opened: (id: string) => (place.opened = id),
    scrolled: (top: number) => (shelf.value.top = top),
  }
}

function rowsOf(tab: string, organisation: string, shelf: Shelf): Rows<InboxRow> {
  const load = (cursor: string | undefined) =>
    api.get('/mp/v1/committee/inbox', {
      query: { tab: tab as TabKey, cursor, limit: PAGE, organisation_id: organisation || undefined },
    })
  return useRows(load, shelf.book, `inbox.${tab}.${organisation}`)
}

function rememberedRole(): CommitteeRole | undefined {
  const held = rolesHeld()
  const kept = storage.read<CommitteeRole>(ROLE)
  return kept && held.includes(kept) ? kept : held[0]
}
