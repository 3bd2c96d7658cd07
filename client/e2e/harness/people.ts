/** The demonstration's people (demo/world.py), logged in over the API as their browsers would be. */
import { simulator } from './server'

export const PHONES = {
  worker: '13800000001',
  mother: '13800000002',
  clerk: '13800000011',
  approver: '13800000012',
  deputy: '13800000013',
  town: '13800000021',
  counter: '13800000031',
} as const
export type Who = keyof typeof PHONES
export const PIN = '739214'

interface Tokens {
  access_token: string
  refresh_token: string
  expires_in: number
}

export const url = () => process.env.E2E_URL!

/** The newest code sent to a telephone, once there are more messages than `had`. */
export async function smsCode(phone: string, had = 0): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const messages = await smsMessages(phone)
    const digits = messages.length > had ? messages.at(-1)!.params.find((param) => /^\d{6}$/.test(param)) : undefined
    if (digits) return digits
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${phone} 没有收到验证码`)
}

export async function smsMessages(phone: string): Promise<{ params: string[] }[]> {
  return (await fetch(`${simulator(url(), 'sms')}/messages?phone=${phone}`)).json() as Promise<{ params: string[] }[]>
}

/** An API of one person's own. */
export class Caller {
  constructor(readonly tokens: Tokens) {}

  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.call<T>('GET', path)
  }

  async post<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body)
  }

  async put<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('PUT', path, body)
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(url() + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.tokens.access_token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': crypto.randomUUID(),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
}

/** Logs in as a browser does, by the code of an SMS. */
export async function logIn(phone: string): Promise<Caller> {
  const had = (await smsMessages(phone)).length
  const nobody = new Caller({ access_token: '', refresh_token: '', expires_in: 0 })
  await plainPost('/mp/v1/auth/sms-codes', { phone })
  const code = await smsCode(phone, had)
  const tokens = await plainPost<Tokens>('/mp/v1/auth/sms-login', { phone, code, device_name: '测试浏览器' })
  return Object.assign(nobody, { tokens })
}

async function plainPost<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }
  const answer = await fetch(url() + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** What src/session.ts keeps on the phone of somebody logged in. */
export async function remembered(caller: Caller): Promise<{ name: string; value: string }[]> {
  const me = await caller.get('/mp/v1/me')
  const { access_token: access, refresh_token: refresh, expires_in } = caller.tokens
  const session = { access, refresh, until: Date.now() + expires_in * 1000 }
  return [
    { name: 'zheng.session', value: JSON.stringify(session) },
    { name: 'zheng.session.me', value: JSON.stringify(me) },
  ]
}
