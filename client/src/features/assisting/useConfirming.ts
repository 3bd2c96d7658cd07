import { computed, ref, shallowRef } from 'vue'
import { announce } from '@/announce'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { useAction } from '@/use/action'

export type DocumentKind = Schema<'ConfirmPerson'>['document']

export const DOCUMENTS: { value: DocumentKind; words: string }[] = [
  { value: 'id_card', words: '居民身份证' },
  { value: 'household_register', words: '户口簿' },
  { value: 'residence_permit', words: '港澳台居民居住证' },
  { value: 'foreigner_card', words: '外国人永久居留身份证' },
  { value: 'passport', words: '护照' },
]

/** The code as it is sent: `2048 1632` as the person reads it out. */
export function bareCode(typed: string): string {
  return typed.normalize('NFKC').replace(/\D/g, '')
}

/** Somebody stands at the desk whose face could not be checked: their code, their document, yes or no. */
export function useConfirming() {
  const code = ref('')
  const fault = ref('')
  const attempt = shallowRef<Schema<'DeskAttempt'> | null>(null)
  const document = ref<DocumentKind | ''>('')
  const nameOnDocument = ref('')
  const outcome = ref('')

  const looking = useAction((key: string, bare: string) => api.post('/mp/v1/people/confirmations/look-up', { body: { code: bare }, key }))
  const confirming = useAction((key: string, body: Schema<'ConfirmPerson'>) => api.post('/mp/v1/people/confirmations', { body, key }))
  const refusing = useAction(async (key: string, body: Schema<'RefusePerson'>) => {
    await api.post('/mp/v1/people/confirmations/refuse', { body, key })
    return true
  })

  async function lookUp(): Promise<void> {
    const bare = bareCode(code.value)
    fault.value = bare.length === 8 ? '' : '确认码是 8 位数字，在对方手机上'
    attempt.value = null
    outcome.value = ''
    if (!fault.value) attempt.value = await looking.run(bare)
  }

  async function confirm(): Promise<boolean> {
    if (!document.value) {
      fault.value = '请选择看到的是哪种证件原件'
      return false
    }
    const done = await confirming.run({ code: bareCode(code.value), document: document.value, name: nameOnDocument.value.trim() || null })
    return finish(Boolean(done), '已确认，对方手机上马上可以继续')
  }

  async function refuse(reason: string): Promise<boolean> {
    const done = await refusing.run({ code: bareCode(code.value), reason: reason.trim() })
    return finish(Boolean(done), '已记录，没有确认')
  }

  function finish(done: boolean, words: string): boolean {
    if (!done) return false
    outcome.value = words
    announce(words)
    code.value = nameOnDocument.value = fault.value = ''
    document.value = ''
    attempt.value = null
    return true
  }

  return { code, fault, attempt, document, nameOnDocument, outcome, looking, confirming, refusing, lookUp, confirm, refuse, busy: computed(() => confirming.busy.value) }
}
