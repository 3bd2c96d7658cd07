/** Mobile numbers as people type or paste them. */
export function normalisePhone(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '')
}

/** What is wrong with it; empty when nothing is. */
export function phoneFault(typed: string): string {
  const phone = normalisePhone(typed)
  if (!phone) return '请填写手机号'
  return /^1[3-9]\d{9}$/.test(phone) ? '' : '请输入 11 位手机号'
}
