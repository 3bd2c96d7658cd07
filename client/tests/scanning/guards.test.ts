import { beforeEach, describe, expect, it } from 'vitest'
import { BREATH, createBreath } from '@/features/scanning/breath'
import { CAMERA_WORDS } from '@/features/scanning/cameraWords'
import { useMatter, withRecent } from '@/features/scanning/matters'
import { typedText } from '@/features/scanning/typed'
import { isDeskCode } from '@/features/desk-login/deskCode'
import { fillStorage, memory, phoneAt } from '../core/phone'

beforeEach(() => phoneAt('http://127.0.0.1'))

describe('the same code within a breath', () => {
  it('is not sent twice, however long it is held there', () => {
    const { admit } = createBreath()
    const sent = [0, 200, 2000, 4000, 6000].map((now) => admit('A', now))
    expect(sent).toEqual([true, false, false, false, false])
  })

  it('is sent again after it was away, after another one, and after a sending that came to nothing', () => {
    const { admit, forget } = createBreath()
    expect(admit('A', 0)).toBe(true)
    expect(admit('A', BREATH)).toBe(true)
    expect(admit('B', BREATH + 10)).toBe(true)
    expect(admit('A', BREATH + 20)).toBe(true)
    forget()
    expect(admit('A', BREATH + 30)).toBe(true)
  })
})

describe('the matter', () => {
  it('is chosen once, tidied, and kept for the next time the app opens', () => {
    expect(useMatter().choose('  公租房 \n 申请 ')).toBe(true)
    const later = useMatter()
    expect([later.chosen.value, later.recent.value]).toEqual(['公租房 申请', ['公租房 申请']])
    expect([...memory.keys()]).toEqual([expect.stringMatching(/^zheng\.cache\./)])
  })

  it('is not chosen by blanks, and never longer than the server takes', () => {
    const { choose, chosen } = useMatter()
    expect(choose('  \n ')).toBe(false)
    choose('事'.repeat(90))
    expect(chosen.value).toHaveLength(60)
  })

  it('the latest stand first, each once, five at most', () => {
    expect(withRecent(['甲', '乙', '丙', '丁', '戊'], '丙')).toEqual(['丙', '甲', '乙', '丁', '戊'])
    expect(withRecent(['甲', '乙', '丙', '丁', '戊'], '己')).toEqual(['己', '甲', '乙', '丙', '丁'])
  })

  it('works on a full phone', () => {
    fillStorage()
    const { choose, chosen } = useMatter()
    expect(choose('低保复核')).toBe(true)
    expect(chosen.value).toBe('低保复核')
  })
})

describe('typing by hand', () => {
  it('number and check code go as one text, blanks and hyphens taken out', () => {
    expect(typedText({ number: ' 高新村证〔2026〕12号 ', code: '7k3m-q2 xw' })).toEqual({ text: '高新村证〔2026〕12号 7k3mq2xw', faults: {} })
  })

  it('says what is missing', () => {
    expect(typedText({ number: ' ', code: '7K3MQ2XW' }).faults.number).toContain('照证明上的写')
    expect(typedText({ number: '高新村证〔2026〕12号', code: '' }).faults.code).toContain('8 位')
    expect(typedText({ number: '高新村证〔2026〕12号', code: '7K3' }).faults.code).toContain('8 位')
  })

  it('a whole code pasted goes as it is, however long', () => {
    const text = `HTTPS://ZHENG.EXAMPLE.CN/V/${'8'.repeat(20_000)}`
    expect(typedText({ number: text, code: '' })).toEqual({ text, faults: {} })
  })
})

it('every camera fault has words and leaves the other three ways', () => {
  for (const { title, advice } of Object.values(CAMERA_WORDS)) {
    expect(title).toMatch(/摄像头/)
    expect(advice).toMatch(/从相册选图、输入文号和查验码，或用扫码枪/)
  }
})

it('a desk log-in code is told from papers', () => {
  expect(isDeskCode('https://zheng.example.cn/desk/login#zheng-desk=kJ2_a')).toBe(true)
  expect(isDeskCode('HTTPS://ZHENG.EXAMPLE.CN/S/2653')).toBe(false)
  expect(isDeskCode(`${'x'.repeat(600)}#zheng-desk=`)).toBe(false)
})
