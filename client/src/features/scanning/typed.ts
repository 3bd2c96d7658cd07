/** What somebody types in place of a scan, as `counter/verify` takes it: number and check code in one text, or any text. */

export interface Typed {
  number: string
  code: string
}

/** The text to send, or what is missing by field. */
export function typedText({ number, code }: Typed): { text: string; faults: Partial<Typed> } {
  const [first, second] = [number.trim(), code.replace(/[\s-]/g, '')]
  if (!first) return { text: '', faults: { number: '请照证明上的写，如：高新村证〔2026〕12号' } }
  // A whole code pasted or typed, an address or a long number, goes as it is.
  if (!second && !looksLikeNumber(first)) return { text: first, faults: {} }
  if (second.length !== 8) return { text: '', faults: { code: '查验码是 8 位字母和数字，印在二维码旁边' } }
  return { text: `${first} ${second}`, faults: {} }
}

/** A certificate's number ends in 号; with the check code behind it, it is complete. */
function looksLikeNumber(text: string): boolean {
  return text.length <= 60 && /号$/.test(text)
}
