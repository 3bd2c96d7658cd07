/**
 * How a verdict (核验结论) is shown: every word, colour, icon and reason the server knows has its place here, checked
 * by the compiler against the API's schema. Sentences and advice are the server's own, so that a page and a phone
 * never say different things.
 */
import type { Schema } from '@/api/types'
import type { Tone } from '@/ui/NoticeBox.vue'
import type { IconName } from '@/ui/icons'
import type { SignalName } from './signals'

export type Verdict = Schema<'Verdict'>
export type Word = Verdict['word']
export type Colour = Verdict['colour']
export type Reason = Verdict['reason']

export const TONES: Record<Colour, Tone> = { green: 'good', amber: 'wait', blue: 'news', grey: 'past', red: 'stop' }

export const ICONS: Record<Verdict['icon'], IconName> = {
  check: 'check',
  pause: 'pause',
  arrow: 'arrow',
  cross: 'cross',
  clock: 'clock',
  warning: 'warning',
  foreign: 'foreign',
  question: 'question',
}

interface Look {
  colour: Colour
  icon: Verdict['icon']
  /** What is heard: only 有效 sounds good. */
  signal: SignalName
  /** Whether the counter may go on with the matter, in two words beside the verdict. */
  may: string
}

export const LOOKS: Record<Word, Look> = {
  有效: { colour: 'green', icon: 'check', signal: 'good', may: '可以采用' },
  暂停使用: { colour: 'amber', icon: 'pause', signal: 'wait', may: '先不要采用' },
  已更正: { colour: 'blue', icon: 'arrow', signal: 'wait', may: '要看新证明' },
  已吊销: { colour: 'red', icon: 'cross', signal: 'stop', may: '不能采用' },
  已过期: { colour: 'grey', icon: 'clock', signal: 'stop', may: '不能采用' },
  不可信: { colour: 'red', icon: 'warning', signal: 'stop', may: '不能采用' },
  不是本系统的码: { colour: 'grey', icon: 'foreign', signal: 'stop', may: '没有核验' },
  无法确认: { colour: 'amber', icon: 'question', signal: 'wait', may: '还没有结论' },
}

/** Each reason in a few words, for lists and beside its code. */
export const REASONS: Record<Reason, string> = {
  in_force: '证明在有效期内',
  notice_genuine: '文书属实',
  text_matches: '文号和查验码相符',
  suspended: '正在核查',
  superseded: '有更正后的新证明',
  revoked: '出具单位已吊销',
  certificate_expired: '证明过了有效期',
  expired: '过了有效期',
  notice_expired: '文书过了核验期',
  show_expired: '亮证码超过一分钟',
  show_used: '亮证码已被别处核验',
  show_withdrawn: '出示人的授权已取消',
  show_unknown: '没有登记过的亮证码',
  show_press_first: '亮证码还没有核验',
  offline_show: '离线亮证码',
  not_registered: '登记簿里没有',
  altered: '内容与登记不一致',
  voided: '文号已作废',
  wrong_number_or_code: '文号或查验码不符',
  sealing: '正在签章',
  not_canonical: '码的编码不规范',
  wrong_kind: '码的种类不对',
  bad_claims: '码的内容不合规',
  unknown_key: '签发密钥不在名单内',
  wrong_purpose: '签发密钥无权签发',
  wrong_algorithm: '签名算法不符',
  suite_unavailable: '签名算法暂时验不了',
  bad_signature: '签名不符',
  compromised_key: '签发密钥已被盗用',
  key_not_in_force: '密钥不在有效期内',
  not_yet_valid: '尚未生效',
  too_long: '内容过长',
  not_digits: '格式不对',
  not_ours: '不是本系统的码',
  other_city: '其他地方的码',
  payment: '收付款码',
  web_page: '网页',
  contact_card: '名片',
  wifi: '无线网络的码',
  rubbish: '认不出的码',
}

const KINDS: Record<string, string> = {
  show: '亮证码',
  certificate: '证明上的二维码',
  notice: '文书上的二维码',
  typed: '手工输入的文号和查验码',
  token: '码中的数字',
  offline_show: '离线亮证码',
}

const SCOPES: Record<string, string> = {
  public: '公开的内容',
  validity: '只看是否有效',
  bare: '只看是否有效',
  name: '姓名和是否有效',
  full: '全部内容',
}

/** A few words for any code: a newer server may know reasons that this app does not. */
export function reasonWords(reason: string): string {
  return (REASONS as Record<string, string | undefined>)[reason] ?? ''
}

export function lookOf(word: string): Look | null {
  return (LOOKS as Record<string, Look | undefined>)[word] ?? null
}

/** What was scanned and how much its holder chose to show, as facts to list; what is not known is left out. */
export function circumstances(verdict: Verdict): { label: string; value: string }[] {
  return [
    { label: '扫到的是', value: KINDS[verdict.kind] ?? '' },
    { label: '出示范围', value: SCOPES[verdict.scope] ?? '' },
    { label: '出示用途', value: verdict.purpose },
  ].filter(({ value }) => value)
}

/** What is read out: the word first, whether to go on, then what it means and what to do. */
export function spoken(verdict: Verdict): string {
  return `${verdict.word}，${LOOKS[verdict.word].may}。${verdict.sentence}`
}

/**
 * Whether an answer is a verdict of ours. A page of some Wi-Fi, half an answer, a word this app does not know, or a
 * green that does not say 有效 is none: nothing but a whole verdict may look like one.
 */
export function isVerdict(answer: unknown): answer is Verdict {
  if (typeof answer !== 'object' || answer === null) return false
  const given = answer as Partial<Verdict>
  const look = lookOf(String(given.word))
  const whole = [given.reason, given.sentence, given.checked_at].every((part) => typeof part === 'string' && part !== '')
  return Boolean(look && whole && Array.isArray(given.facts) && look.colour === given.colour)
}
