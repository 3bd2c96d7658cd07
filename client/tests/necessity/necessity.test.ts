import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FACES, fromAnswer, wordsForOffice, type NeedKind } from '@/features/necessity/kinds'
import { phoneAt } from '../core/phone'
import { json, serve, type TestServer } from '../core/server'

const FINDING = { key: 'marriage', title: '婚姻状况', office: '民政婚姻登记机关', where: '婚姻登记处', how_to: '由登记数据证明', ways: ['data', 'e_licence'], matched: '没结婚', edition: '民发〔2020〕20号', basis: [{ edition: '民发〔2020〕20号', number: 8, title: '婚姻状况证明' }] }
const ITEM = { code: 'residence', title: '居住情况证明', summary: '住在村里', body_hint: '', evidence_hint: ['照片'], cosign: false, promise_days: null, validity_days: 30 }

describe('the kinds of answer', () => {
  it('every kind has words, an icon and a next step', () => {
    const kinds: NeedKind[] = ['forbidden', 'abolished', 'shared', 'licence', 'commitment', 'inquiry', 'retained', 'ask', 'unknown']
    expect(Object.keys(FACES).sort()).toEqual([...kinds].sort())
    for (const face of Object.values(FACES)) expect([face.heading, face.icon, face.nextWords].every(Boolean)).toBe(true)
  })

  it('only a real need opens the form; what is spared may be disputed', () => {
    const applies = Object.entries(FACES).filter(([, face]) => face.next === 'apply').map(([kind]) => kind)
    expect(applies).toEqual(['retained', 'unknown'])
    expect(Object.entries(FACES).filter(([, face]) => face.disputable).map(([kind]) => kind)).toEqual(['forbidden', 'abolished', 'shared', 'licence', 'commitment', 'inquiry'])
  })

  it('a finding is forbidden, with how it is proved instead in words', () => {
    const need = fromAnswer({ needed: false, text: '…', finding: FINDING, suggestion: null, decisions: [] })
    expect(need).toMatchObject({ kind: 'forbidden', ways: ['单位联网查', '出示电子证照'], office: '民政婚姻登记机关' })
  })

  it('a suggestion is retained; neither is unknown', () => {
    expect(fromAnswer({ needed: true, text: '可以', finding: null, suggestion: ITEM, decisions: [] }).kind).toBe('retained')
    expect(fromAnswer({ needed: true, text: '可以', finding: null, suggestion: null, decisions: [] }).kind).toBe('unknown')
  })

  const SAID = { kind: 'ask', key: '', item: '', title: '', words: '', way: '', basis: [], where: '', next_step: '', question: ['是在村里种地的收入，还是上班的工资？'], confidence: 0.5 }

  it('what is uncertain is asked back in the words of the server', () => {
    const need = fromAnswer({ needed: true, text: '再问您一句', finding: null, suggestion: null, decisions: [SAID] })
    expect([need.kind, need.questions]).toEqual(['ask', SAID.question])
  })

  it('what is spared by law names the law, for the person and for the office', () => {
    const shared = { ...SAID, kind: 'shared', title: '户籍', basis: ['《优化营商环境条例》'], next_step: '单位联网查询', question: [] }
    const need = fromAnswer({ needed: false, text: '不用开', finding: null, suggestion: null, decisions: [shared] })
    expect(need).toMatchObject({ kind: 'shared', howTo: '单位联网查询', questions: [] })
    expect(wordsForOffice(need)).toContain('《优化营商环境条例》')
    expect(wordsForOffice(need)).not.toContain('不出具')
  })

  it('a kind of a newer server goes to a clerk', () => {
    expect(fromAnswer({ needed: true, text: '', finding: null, suggestion: null, decisions: [{ ...SAID, kind: 'oracle' }] }).kind).toBe('unknown')
  })

  it('a way the app does not know yet is shown, not lost', () => {
    const need = fromAnswer({ needed: false, text: '', finding: { ...FINDING, ways: ['moonlight'] }, suggestion: null, decisions: [] })
    expect(need.ways).toEqual(['moonlight'])
  })

  it('what the office is shown names rule, number and holder of the fact', () => {
    const words = wordsForOffice(fromAnswer({ needed: false, text: '', finding: FINDING, suggestion: null, decisions: [] }))
    for (const part of ['民发〔2020〕20号第8项', '民政婚姻登记机关', '单位联网查']) expect(words).toContain(part)
  })
})

describe('asking', () => {
  let server: TestServer
  beforeEach(() => vi.spyOn(console, 'error').mockImplementation(() => undefined))
  afterEach(async () => {
    vi.restoreAllMocks()
    await server.close()
  })

  async function asking(answer: (words: string) => [number, unknown, number?]) {
    server = await serve((asked, response) => {
      const [status, body, wait] = answer(JSON.parse(asked.body).words)
      setTimeout(() => json(response, status, body), wait ?? 0)
    })
    phoneAt(server.origin)
    vi.resetModules()
    return (await import('@/features/necessity/useNecessity')).useNecessity()
  }

  it('without a word asks nobody, and says what to write', async () => {
    const work = await asking(() => [200, {}])
    work.words.value = '   '
    await work.ask()
    expect([server.asked.length, work.fault.value]).toEqual([0, '先写几个字，比如“孩子上学要住址证明”。'])
  })

  it('a slow answer to an old question does not cover a newer one', async () => {
    const work = await asking((words) => (words === '旧' ? [200, { needed: true, text: '旧', finding: null, suggestion: null }, 150] : [200, { needed: false, text: '', finding: FINDING, suggestion: null }]))
    work.words.value = '旧'
    const old = work.ask()
    work.words.value = '新'
    await Promise.all([old, work.ask()])
    expect([work.answered.value, work.need.value?.kind]).toEqual(['新', 'forbidden'])
  })

  it('keeps the words when the server is ill', async () => {
    const work = await asking(() => [500, { code: 'internal' }])
    work.words.value = '住址'
    await work.ask()
    expect([work.words.value, work.problem.value?.trouble, work.need.value]).toEqual(['住址', 'broken', null])
  })
})
