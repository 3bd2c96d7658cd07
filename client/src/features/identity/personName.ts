/** Names on documents: 2 to 30 characters, with `·` in the names of many peoples, and rare characters. */
const MOST = 30

/** The middle dots people's keyboards have, as the one that documents use; blanks at the ends away. */
export function normaliseName(typed: string): string {
  return typed.normalize('NFC').trim().replace(/[•・‧∙⋅]/g, '·')
}

/** How many characters somebody would count: a rare character is one, though it takes two places in memory. */
export function nameLength(name: string): number {
  return [...name].length
}

/** What is wrong with a name; empty when nothing is. */
export function nameFault(typed: string): string {
  const name = normaliseName(typed)
  const length = nameLength(name)
  if (length === 0) return '请填写证件上的姓名'
  if (length < 2) return '姓名至少 2 个字，请照证件填写'
  if (length > MOST) return `姓名最多 ${MOST} 个字，请照证件填写`
  if (/[0-9０-９]/.test(name)) return '姓名里有数字，请照证件填写'
  return ''
}
