/** What the necessity check may answer, and how each kind is put to the person: one table, read by the page. */
import type { Schema } from '@/api/types'
import type { IconName } from '@/ui/icons'
import type { Tone } from '@/ui/NoticeBox.vue'

/** `forbidden` no committee may certify it · `unknown` a clerk must judge · the rest as the catalogue's dispositions. */
export type NeedKind = 'forbidden' | 'abolished' | 'shared' | 'licence' | 'commitment' | 'inquiry' | 'retained' | 'ask' | 'unknown'

/** What the person does next by one tap. */
export type NextStep = 'apply' | 'show-basis' | 'answer' | 'call'

/** The check's answer as the page needs it, whatever the server's version. */
export interface Need {
  kind: NeedKind
  /** The certificate or list entry, as 婚姻状况. */
  title: string
  /** The answer in plain words. */
  text: string
  /** Who has the fact, where they are, and how it is done instead. */
  office: string
  where: string
  howTo: string
  /** How the fact is proved instead, in words. */
  ways: string[]
  basis: Schema<'Basis'>[]
  /** What it rests on where that is a law and not an entry of a list. */
  laws: string[]
  item: Schema<'PermittedItem'> | null
  /** What has to be clear first, at most two plain questions. */
  questions: string[]
}

interface Face {
  tone: Tone
  icon: IconName
  /** The answer in a few words, before all else. */
  heading: string
  next: NextStep
  nextWords: string
  /** Whether one may still ask for it, with a reason. */
  disputable: boolean
}

export const FACES: Record<NeedKind, Face> = {
  forbidden: { tone: 'good', icon: 'check', heading: '不用村里开', next: 'show-basis', nextWords: '把规定给单位看', disputable: true },
  abolished: { tone: 'good', icon: 'check', heading: '已经取消，不用开', next: 'show-basis', nextWords: '把规定给单位看', disputable: true },
  shared: { tone: 'good', icon: 'check', heading: '不用开，单位自己能查到', next: 'show-basis', nextWords: '把规定给单位看', disputable: true },
  licence: { tone: 'good', icon: 'card', heading: '不用开，亮证件就行', next: 'show-basis', nextWords: '把规定给单位看', disputable: true },
  commitment: { tone: 'good', icon: 'edit', heading: '不用开，写一份承诺就行', next: 'show-basis', nextWords: '把规定给单位看', disputable: true },
  inquiry: { tone: 'good', icon: 'search', heading: '不用开，由单位去核实', next: 'show-basis', nextWords: '把规定给单位看', disputable: true },
  retained: { tone: 'news', icon: 'file', heading: '可以向村里申请', next: 'apply', nextWords: '去申请', disputable: false },
  ask: { tone: 'wait', icon: 'question', heading: '再问您一句', next: 'answer', nextWords: '补充几个字再问', disputable: false },
  unknown: { tone: 'news', icon: 'person', heading: '可以申请，由村里看能不能开', next: 'apply', nextWords: '去申请', disputable: false },
}

/** What the ways of sparing a certificate (免提交方式) are called. */
const WAYS: Record<string, string> = {
  data: '单位联网查',
  e_licence: '出示电子证照',
  inquiry: '单位向主管部门核实',
  commitment: '本人书面承诺',
  abolished: '已取消，什么都不用交',
}

export function fromAnswer(answer: Schema<'NecessityAnswer'>): Need {
  if (answer.finding) return fromFinding(answer.finding)
  const [decided] = answer.decisions
  const kind = answer.suggestion ? 'retained' : known(decided?.kind)
  return {
    kind,
    title: answer.suggestion?.title ?? decided?.title ?? '',
    text: answer.text,
    office: '',
    where: decided?.where ?? '',
    howTo: answer.suggestion?.summary ?? decided?.next_step ?? '',
    ways: [],
    basis: [],
    laws: decided?.basis ?? [],
    item: answer.suggestion ?? null,
    questions: kind === 'ask' ? (decided?.question ?? []) : [],
  }
}

/** A kind this client knows; what a newer server says besides goes to a clerk. */
function known(kind: string | undefined): NeedKind {
  return kind !== undefined && kind in FACES ? (kind as NeedKind) : 'unknown'
}

/** A finding of the lists of what no committee may certify. */
export function fromFinding(finding: Schema<'Finding'>): Need {
  return {
    kind: 'forbidden',
    title: finding.title ?? '',
    text: `“${finding.title}”不用村（居）委会开，依规定村（居）委会也不能开。`,
    office: finding.office ?? '',
    where: finding.where ?? '',
    howTo: finding.how_to ?? '',
    ways: (finding.ways ?? []).map((way) => WAYS[way] ?? way),
    basis: finding.basis ?? [],
    laws: [],
    item: null,
    questions: [],
  }
}

/** What to show an office that still asks for the paper: the rule, who has the fact, how to check. */
export function wordsForOffice(need: Need): string {
  const rules = need.basis.map((one) => `${one.edition}第${one.number}项“${one.title}”`).join('；')
  return [
    `关于“${need.title}”`,
    need.kind === 'forbidden' ? '按规定，村（居）民委员会不出具这项证明，办事单位也不应要求群众提供。' : need.text,
    need.laws.length ? `依据：${need.laws.join('；')}。` : '',
    rules ? `依据：${rules}。` : '',
    need.office ? `掌握这件事的是${need.office}。` : '',
    need.ways.length ? `可以这样核实：${need.ways.join('、')}。` : '',
  ]
    .filter(Boolean)
    .join('\n')
}
