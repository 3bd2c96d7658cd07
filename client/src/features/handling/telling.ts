/** An application's facts and steps as staff read them. */
import type { Schema } from '@/api/types'
import type { Step } from '@/ui/StepList.vue'
import type { Case, Missing } from './calls'

export const HELPERS: Record<string, string> = { self: '本人申请', relative: '亲友代办', clerk: '经办人代办' }

export const MISSING_KINDS: Record<Missing['kind'] | string, string> = {
  supply: '补充材料',
  replace: '更换材料',
  bring_original: '带原件来',
  explain: '说明情况',
}

export const REFUSAL_REASONS: { value: Schema<'RefusalProposal'>['reason']; words: string; note: string }[] = [
  { value: 'on_list', words: '清单内，不应由村（社区）出具', note: '民发〔2020〕20号、鄂民政发〔2020〕32号' },
  { value: 'not_true', words: '与查明的事实不符', note: '民发〔2020〕20号' },
  { value: 'not_ours', words: '不属于本村（社区）职责', note: '民发〔2020〕20号：须属于职责范围' },
  { value: 'unverifiable', words: '本村（社区）无法核实', note: '民发〔2020〕20号：没有能力核实的，不再出具' },
]

const CONSENTS: Record<string, string> = { sms_code: '本人短信验证码', signed_sheet: '本人签名的同意书' }

/** Label and value, empty ones left out. */
export function factsOf(one: Case): { label: string; value: string }[] {
  return [
    { label: '申请人', value: one.holder.name },
    { label: '证件号码', value: one.holder.id_number },
    { label: '联系电话', value: one.contact_phone ?? '' },
    { label: '用途', value: one.purpose },
    { label: '交给', value: one.receiver ? `${one.receiver}（${one.receiver_in_city ? '本市' : '外地'}）` : '' },
    { label: '代办同意', value: one.helper_basis ? (CONSENTS[one.helper_basis] ?? one.helper_basis) : '' },
    { label: '复核', value: one.cosign_required ? (one.cosigned_by_post ? `${one.cosigned_by_post}已复核` : '要乡镇（街道）复核') : '' },
  ].filter((fact) => fact.value)
}

/** The newest step first. */
export function stepsOf(entries: readonly Schema<'TimelineEntry'>[]): Step[] {
  return entries.map((entry) => ({ at: entry.at, title: entry.told, by: entry.by, note: entry.note })).reverse()
}
