/** A committee's server for tests, over real HTTP: each call answered as told, in turn where several answers are given. */
import { rememberMe } from '@/session'
import { phoneAt } from '../core/phone'
import { json, serve, type TestServer } from '../core/server'

export type Told = [status: number, body: unknown, headers?: Record<string, string>]
export type Reply = Told | ((body: Record<string, unknown>) => Told)

export interface Office extends TestServer {
  /** What was sent to a call, in order. */
  sent: (call: string) => Record<string, unknown>[]
  keys: (call: string) => string[]
  /** Answers to a call; the last stays. */
  answers: (call: string, ...replies: Reply[]) => void
}

export const problem = (status: number, code: string, detail: string, facts: Record<string, unknown> = {}): Told => [status, { code, detail, status, errors: {}, ...facts }]

export async function office(first: Record<string, Reply> = {}): Promise<Office> {
  const replies = new Map<string, Reply[]>(Object.entries(first).map(([call, reply]) => [call, [reply]]))
  const server = await serve((asked, response) => {
    const call = `${asked.method} ${asked.path.split('?')[0]}`
    const waiting = replies.get(call)
    if (!waiting?.length) return json(response, 404, { code: 'not_found', detail: `没有 ${call}` })
    const reply = waiting.length > 1 ? waiting.shift()! : waiting[0]!
    const [status, body, headers] = typeof reply === 'function' ? reply(asked.body ? JSON.parse(asked.body) : {}) : reply
    json(response, status, body, headers)
  })
  phoneAt(server.origin)
  const of = (call: string) => server.asked.filter((one) => `${one.method} ${one.path.split('?')[0]}` === call)
  return {
    ...server,
    sent: (call) => of(call).map((one) => (one.body ? JSON.parse(one.body) : {})),
    keys: (call) => of(call).map((one) => String(one.headers['idempotency-key'])),
    answers: (call, ...told) => replies.set(call, told),
  }
}

export function logIn(roles: { role: string; organisation_id: string; post?: string }[] = [{ role: 'clerk', organisation_id: 'v1' }]): void {
  rememberMe({ account: { id: 'account-1' }, person: null, acts_for: [], roles: roles.map((role) => ({ post: '文书', ...role })) } as never)
}

/** An application as staff see it. */
export const caseOf = (facts: Record<string, unknown> = {}) => ({
  id: 'a1', state: 'reviewing', state_name: '审核中', row_version: 3, title: '居住情况证明', text: '情况属实。', can: [], findings: [], evidence: [], return_items: [],
  holder: { name: '王**', id_number: '4****************8' }, organisation: { id: 'v1', name: '柏树村村民委员会', contact: null },
  ...facts,
})

export const can = (...verbs: string[]) => verbs.map((verb) => ({ verb, label: verb, pin: false }))

export const CASE = '/mp/v1/committee/applications/a1'
