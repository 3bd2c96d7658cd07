/** An application in plain words: its facts for the page, and the sentence that is read aloud. */
import type { Schema } from '@/api/types'
import { sayMoment } from '@/use/words'

type Application = Schema<'Application'>

export function factsOf(application: Application): { label: string; value: string }[] {
  return [
    { label: '为谁办', value: application.is_mine ? `${application.holder.name}（本人）` : `${application.holder.name}（您代办）` },
    { label: '哪里出具', value: application.organisation.name },
    { label: '交给', value: application.receiver },
    { label: '用途', value: application.purpose },
    { label: '您的话', value: application.words },
    { label: '材料', value: application.evidence.map((file) => file.label).join('、') },
    { label: '联系电话', value: application.contact_phone ?? '' },
    { label: '提交时间', value: sayMoment(application.submitted_at) },
  ].filter((fact) => fact.value)
}

export function aloud(application: Application): string {
  return [
    `${application.title || '证明申请'}，${application.state_name}。`,
    application.who_has_it ? `现在在${application.who_has_it}。` : '',
    application.due_words ? `${application.due_words}。` : '',
    ...application.return_items.map((item, index) => `第${index + 1}处补正：${item.message}。`),
  ].join('')
}
