/** Who somebody is to the person, in words. */
import type { Schema } from '@/api/types'

/** What may be asked for on the phone; guardianship (监护) is recorded at the village from the document. */
export const RELATIONS: { value: Schema<'AskConsent'>['relation']; words: string }[] = [
  { value: 'parent', words: '父亲或母亲' },
  { value: 'child', words: '成年的孩子' },
  { value: 'spouse', words: '丈夫或妻子' },
  { value: 'other', words: '其他人' },
]

const FOR: Record<string, string> = { parent: '父母', child: '孩子', spouse: '配偶', ward: '被监护人', other: '其他人' }
const BASES: Record<string, string> = { sms_code: '对方本人同意', signed_sheet: '签名的授权书', guardianship_document: '监护证明' }

export const relationWords = (relation: string) => FOR[relation] ?? '其他人'
export const basisWords = (basis: string) => BASES[basis] ?? ''
