/** The same draft on two phones: what each changed since they last agreed, put together, or laid side by side. */
import { FIELD_NAMES, type Fields } from './drafts'

export interface Clash {
  field: keyof Fields
  ours: string
  theirs: string
}

export interface Merged {
  fields: Fields
  clashes: Clash[]
}

/** Three-way: what only one phone changed is taken from it; what both changed differently is a clash, ours for now. */
export function merge(base: Fields, ours: Fields, theirs: Fields): Merged {
  const fields = { ...ours }
  const clashes: Clash[] = []
  for (const field of FIELD_NAMES) {
    if (same(ours[field], theirs[field]) || same(theirs[field], base[field])) continue
    if (same(ours[field], base[field])) Object.assign(fields, { [field]: theirs[field] })
    else clashes.push({ field, ours: ours[field], theirs: theirs[field] })
  }
  return { fields, clashes }
}

/** The server takes blanks away at the ends. */
function same(one: string, other: string): boolean {
  return one.trim() === other.trim()
}

const NAMES: Record<keyof Fields, string> = {
  item_code: '事项',
  title: '证明名称',
  purpose: '用途',
  receiver: '交给哪个单位',
  in_city: '单位是否在本市',
  words: '要证明的事',
  contact_phone: '联系电话',
}

export function fieldName(field: keyof Fields): string {
  return NAMES[field]
}

/** A field's value as people read it. */
export function sayField(field: keyof Fields, value: string): string {
  if (field === 'in_city') return value === 'no' ? '不在咸宁市' : value === 'yes' ? '在咸宁市' : '没有选'
  return value || '（空）'
}
