import { describe, expect, it } from 'vitest'
import type { Schema } from '@/api/types'
import { preview } from '@/features/showcodes/scopes'

const paper = {
  title: '居住情况证明', number: '柏树村证〔2026〕1号', holder_name: '阿依古丽·买买提', holder_id_number: '4****************9', issuer: '柏树村村民委员会',
  issued_on: '2026-11-03', valid_until: '2026-12-03', purpose: '入学', receiver: '', body: '情况属实。',
} as Schema<'HeldCertificate'>
const labels = (scope: 'validity' | 'name' | 'full') => preview(paper, scope).map((line) => line.label)

describe('what the other side will see', () => {
  it('validity tells neither name, number nor text', () => {
    expect(labels('validity')).toEqual(['名称', '出具单位', '出具日期', '有效期至'])
    expect(JSON.stringify(preview(paper, 'validity'))).not.toContain('买买提')
  })
  it('name adds name and number only', () => {
    expect(labels('name')).toEqual(['名称', '文号', '持证人', '出具单位', '出具日期', '有效期至'])
  })
  it('full says that the ID number is seen whole, and leaves out what is empty', () => {
    expect(preview(paper, 'full').find((line) => line.label === '证件号码')?.value).toContain('对方看到完整号码')
    expect(labels('full')).not.toContain('接收单位')
    expect(labels('full')).toContain('正文')
  })
})
