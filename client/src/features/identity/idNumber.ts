/** ID numbers (证件号码) as people type them, and what is wrong with one before anybody is asked (GB 11643). */
const PERMITS = ['81', '82', '83']
const PROVINCES = [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71].map(String)
const SHAPE = /^\d{17}[\dX]$/
/** A foreigner's permanent residence card before 2023. */
const OLD_FOREIGNER = /^[A-Z]{3}\d{12}$/
const DIGIT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK_DIGITS = '10X98765432'

/** Full-width to half-width, blanks and dashes away, `x` to `X`. */
export function normaliseIdNumber(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\-‐-―·]/g, '').toUpperCase()
}

/** What is wrong, in words that say where to look; empty when nothing is. */
export function idNumberFault(typed: string, today = new Date()): string {
  const number = normaliseIdNumber(typed)
  if (!number) return '请填写证件号码'
  if (OLD_FOREIGNER.test(number)) return ''
  if (number.length !== 18) return `证件号码应为 18 位，现在是 ${number.length} 位，请核对`
  if (!SHAPE.test(number)) return '证件号码只能是数字，最后一位可以是 X，请核对'
  return placeFault(number) || birthFault(number, today) || checkFault(number)
}

function placeFault(number: string): string {
  const province = number.slice(0, 2)
  const known = number.startsWith('9') || PERMITS.includes(province) || PROVINCES.includes(province)
  return known ? '' : '证件号码的前两位不是任何省份的代码，请核对'
}

function birthFault(number: string, today: Date): string {
  const [year, month, day] = [Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14))]
  const birth = new Date(Date.UTC(year, month - 1, day))
  if (birth.getUTCMonth() !== month - 1 || birth.getUTCDate() !== day) return '证件号码里的出生日期不存在，请核对第 7 到 14 位'
  return year < 1880 || birth > today ? '证件号码里的出生日期不合理，请核对第 7 到 14 位' : ''
}

function checkFault(number: string): string {
  const sum = DIGIT_WEIGHTS.reduce((total, weight, place) => total + weight * Number(number[place]), 0)
  return CHECK_DIGITS[sum % 11] === number[17] ? '' : '证件号码的最后一位对不上，可能有一位输错了，请逐位核对'
}
