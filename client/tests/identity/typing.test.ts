import { describe, expect, it } from 'vitest'
import { idNumberFault, normaliseIdNumber } from '@/features/identity/idNumber'
import { nameFault, nameLength, normaliseName } from '@/features/identity/personName'
import { normalisePhone, phoneFault } from '@/features/identity/phone'

const TODAY = new Date('2026-11-24')

describe('an ID number', () => {
  it.each([
    ['11010519491231002X', 'as printed'],
    ['11010519491231002x', 'with a small x'],
    ['１１０１０５１９４９１２３１００２Ｘ', 'in full width'],
    [' 110105 19491231 002X ', 'with blanks'],
    ['110105-19491231-002X', 'with dashes'],
    ['440524188001010014', 'of somebody born in 1880'],
    ['ABC123456789012', "of an old foreigner's card"],
  ])('%s is taken: %s', (typed) => {
    expect(idNumberFault(typed, TODAY)).toBe('')
  })

  it.each([
    ['', '请填写'],
    ['11010519491231002', '现在是 17 位'],
    ['1101051949123100200', '现在是 19 位'],
    ['110105194912310021', '最后一位对不上'],
    ['110105194912310O2X', '只能是数字'],
    ['190105194912310020', '前两位'],
    ['11010519490231002X', '第 7 到 14 位'],
    ['110105203012310020', '不合理'],
  ])('%s is told at once: %s', (typed, words) => {
    expect(idNumberFault(typed, TODAY)).toContain(words)
  })

  it('two digits changed places are found by the check digit', () => {
    expect(idNumberFault('11010519491213002X', TODAY)).not.toBe('')
  })

  it('residence permits of Hong Kong, Macao and Taiwan count as ID numbers', () => {
    const numbers = ['81000019900101001', '82000019900101001', '83000019900101001'].map(withCheckDigit)
    expect(numbers.map((number) => idNumberFault(number, TODAY))).toEqual(['', '', ''])
  })

  it('goes to the server as the register writes it', () => {
    expect(normaliseIdNumber('１１０１０５ 19491231 002ｘ')).toBe('11010519491231002X')
  })
})

/** ISO 7064 MOD 11-2, the recursive way: not the weights of the code under test. */
function withCheckDigit(first17: string): string {
  const product = [...first17].reduce((sum, digit) => ((sum + Number(digit)) * 2) % 11, 0)
  const check = (12 - product) % 11
  return first17 + (check === 10 ? 'X' : String(check))
}

describe('a name', () => {
  it.each(['张三', '阿依古丽·买买提', '王䶮', '陈𫖯', '阿'.repeat(30), '𬭎'.repeat(30)])('%s is taken', (name) => {
    expect(nameFault(name)).toBe('')
  })

  it('thirty rare characters are thirty, though they take sixty places', () => {
    expect(nameLength('𬭎'.repeat(30))).toBe(30)
    expect(nameFault('𬭎'.repeat(31))).toContain('最多 30')
  })

  it.each([['', '请填写'], ['   ', '请填写'], ['张', '至少 2'], ['张3', '数字']])('“%s” is told', (name, words) => {
    expect(nameFault(name)).toContain(words)
  })

  it('every keyboard’s middle dot becomes the one on documents', () => {
    expect(['•', '・', '‧', '·'].map((dot) => normaliseName(` 阿依${dot}买买提 `))).toEqual(Array(4).fill('阿依·买买提'))
  })
})

describe('a telephone number', () => {
  it.each(['13800138000', '+86 138 0013 8000', '138-0013-8000', '１３８００１３８０００', '8613800138000'])('%s is taken', (typed) => {
    expect([phoneFault(typed), normalisePhone(typed)]).toEqual(['', '13800138000'])
  })
  it.each(['', '1380013800', '23800138000', '138001380001', '0715-8123456'])('“%s” is not', (typed) => {
    expect(phoneFault(typed)).not.toBe('')
  })
})
