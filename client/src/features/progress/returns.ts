/** What a return (补正) asks for, in words, and what answers it. */
import type { Schema } from '@/api/types'
import type { IconName } from '@/ui/icons'

export type ReturnItem = Schema<'ReturnItem'>

interface Kind {
  words: string
  /** What the person does about it. */
  todo: string
  icon: IconName
  /** Whether a new file answers it; else only words do. */
  takesFile: boolean
}

const KINDS: Record<string, Kind> = {
  supply: { words: '补一份材料', todo: '拍照或选一个文件交上来，也可以写明为什么没有。', icon: 'camera', takesFile: true },
  replace: { words: '换一份材料', todo: '重新拍一张清楚的交上来。', icon: 'camera', takesFile: true },
  bring_original: { words: '带原件给村里看', todo: '写明哪天带去；也可以先拍照交上来。', icon: 'file', takesFile: true },
  explain: { words: '说明一下', todo: '用自己的话写清楚。', icon: 'edit', takesFile: false },
}

export function returnKind(kind: string): Kind {
  return KINDS[kind] ?? KINDS.explain!
}

/** Words and files given so far, by item. */
export interface Given {
  text: string
  /** Ids of files uploaded for it since the return. */
  files: string[]
}

/** Whether the item is answered well enough for the server to take it. */
export function isAnswered(item: Pick<ReturnItem, 'kind'>, given: Given | undefined): boolean {
  if (!given) return false
  return given.text.trim() !== '' || (returnKind(item.kind).takesFile && given.files.length > 0)
}

/** What is sent: words by item; an item answered by a file alone is not named. */
export function answersOf(items: ReturnItem[], given: Record<string, Given>): { return_item_id: string; text: string }[] {
  return items
    .map((item) => ({ return_item_id: item.id, text: given[item.id]?.text.trim() ?? '' }))
    .filter((answer) => answer.text !== '')
}
