/** How much a show-code (亮证码) lets the other side see, and exactly what that is. */
import type { Schema } from '@/api/types'

export type Scope = Schema<'ShowCode'>['scope']

export const SCOPES: { value: Scope; words: string; note: string }[] = [
  { value: 'validity', words: '只看有没有效', note: '不露姓名和内容' },
  { value: 'name', words: '姓名和有没有效', note: '多数窗口够用了' },
  { value: 'full', words: '证明全部内容', note: '窗口要照着内容办事时用' },
]

/** Which lines of a certificate each scope tells, as the server tells them. */
const TOLD: Record<Scope, readonly string[]> = {
  validity: ['title', 'issuer', 'issued_on', 'valid_until'],
  name: ['title', 'number', 'holder', 'issuer', 'issued_on', 'valid_until'],
  full: ['title', 'number', 'holder', 'id_number', 'issuer', 'issued_on', 'valid_until', 'purpose', 'receiver', 'body'],
}

export interface Line {
  label: string
  value: string
}

/** Exactly what a logged-in counter sees; the ID number is masked here and told in full there, and says so. */
export function preview(paper: Schema<'HeldCertificate'>, scope: Scope): Line[] {
  const lines: Record<string, Line> = {
    title: { label: '名称', value: paper.title },
    number: { label: '文号', value: paper.number },
    holder: { label: '持证人', value: paper.holder_name },
    id_number: { label: '证件号码', value: `${paper.holder_id_number}（对方看到完整号码）` },
    issuer: { label: '出具单位', value: paper.issuer },
    issued_on: { label: '出具日期', value: spoken(paper.issued_on) },
    valid_until: { label: '有效期至', value: spoken(paper.valid_until) },
    purpose: { label: '用途', value: paper.purpose },
    receiver: { label: '接收单位', value: paper.receiver },
    body: { label: '正文', value: paper.body },
  }
  return TOLD[scope].map((key) => lines[key]!).filter((line) => line.value)
}

function spoken(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${year}年${month}月${date}日`
}
