/** What waits for the person, most urgent first: made of what the server and the phone know, told in plain words. */
import type { Schema } from '@/api/types'
import type { LocalDraft } from '@/features/apply/drafts'
import type { Parameters } from '@/navigation'
import type { RouteName } from '@/routes'
import type { IconName } from '@/ui/icons'
import { sayMoment } from '@/use/words'

export interface Known {
  applications: Schema<'ApplicationRow'>[]
  helpers: Schema<'Acting'>[]
  invitations: Schema<'Invitation'>[]
  unread: number
  card: Schema<'WalletItem'> | null
}

export interface Waiting {
  key: string
  icon: IconName
  title: string
  note: string
  /** A word beside it when it is urgent. */
  mark: string
  route: RouteName
  parameters: Parameters
}

const entry = (key: string, icon: IconName, title: string, note: string, route: RouteName, parameters: Parameters = {}, mark = ''): Waiting => ({
  key,
  icon,
  title,
  note,
  mark,
  route,
  parameters,
})

export function waitingFor(known: Known, drafts: LocalDraft[]): Waiting[] {
  return [
    ...known.applications.filter((row) => row.state === 'returned').map(returned),
    ...known.helpers.filter((one) => one.waiting).map(asksToHelp),
    ...known.invitations.filter((one) => !one.expired).map(invited),
    ...known.applications.filter((row) => row.state === 'not_needed').map(notNeeded),
    ...unfinished(known.applications, drafts),
    ...(known.unread ? [entry('unread', 'bell', `${known.unread} 条新消息`, '', 'messages')] : []),
  ]
}

function returned(row: Schema<'ApplicationRow'>): Waiting {
  return entry(`r${row.id}`, 'edit', `“${row.title}”要补材料`, row.due_words || '点开看缺什么', 'application', { id: row.id }, '要补正')
}

function notNeeded(row: Schema<'ApplicationRow'>): Waiting {
  return entry(`n${row.id}`, 'check', `“${row.title}”可能不用开`, '看看怎么代替，或说明情况仍要申请', 'need', { id: row.id })
}

function asksToHelp(one: Schema<'Acting'>): Waiting {
  return entry(`h${one.id}`, 'people', `${one.helper_name ?? '有人'}想替您代办`, '请您看过再决定', 'people', {}, '等您同意')
}

function invited(one: Schema<'Invitation'>): Waiting {
  return entry(`i${one.id}`, 'seal', `${one.organisation_name}请您任${one.post}`, '', 'invitation', {}, '等您接受')
}

/** Drafts of the server and of this phone, each once, the last typed first. */
function unfinished(rows: Schema<'ApplicationRow'>[], drafts: LocalDraft[]): Waiting[] {
  const over = new Set(rows.filter((row) => row.state !== 'draft').map((row) => row.id))
  const here = drafts.filter((draft) => !over.has(draft.id) && (draft.id || draft.fields.words || draft.village))
  const shown = new Set(here.map((draft) => draft.id))
  const there = rows.filter((row) => row.state === 'draft' && !shown.has(row.id as string))
  return [
    ...here.map((draft) => entry(`d${draft.key}`, 'file', `接着填“${draft.fields.title || '证明申请'}”`, `${sayMoment(draft.at)}填到一半，还没有提交`, 'draft', { local: draft.key, id: draft.id })),
    ...there.map((row) => entry(`d${row.id}`, 'file', `接着填“${row.title || '证明申请'}”`, `${sayMoment(row.updated_at)}填到一半，还没有提交`, 'draft', { id: row.id as string })),
  ]
}
