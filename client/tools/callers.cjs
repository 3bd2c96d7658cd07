/** The demonstration's people (demo/world.py) over the bare API: for tests that prepare or look things up. */
const { randomUUID } = require('node:crypto')
const { mkdirSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { simulator } = require('./demo-server.cjs')

const PHONES = {
  worker: '13800000001',
  mother: '13800000002',
  clerk: '13800000011',
  approver: '13800000012',
  deputy: '13800000013',
  town: '13800000021',
  counter: '13800000031',
}
const PIN = '739214'
const LOCK_SECONDS = 20

/** @typedef {{ access_token: string, refresh_token: string, expires_in: number }} Tokens */

/** An API of one person's own. */
class Caller {
  /** @param {string} url @param {Tokens} [tokens] */
  constructor(url, tokens) {
    this.url = url
    this.tokens = tokens
  }

  /**
   * @template [T=any]
   * @param {string} path
   * @returns {Promise<T>}
   */
  get(path) {
    return this.call('GET', path)
  }

  /**
   * @template [T=any]
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<T>}
   */
  post(path, body = {}) {
    return this.call('POST', path, body)
  }

  /**
   * @template [T=any]
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<T>}
   */
  put(path, body = {}) {
    return this.call('PUT', path, body)
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async call(method, path, body) {
    const headers = {
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
      ...(this.tokens ? { Authorization: `Bearer ${this.tokens.access_token}` } : {}),
    }
    const answer = await fetch(this.url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
}

/** @param {string} url @param {string} phone @returns {Promise<{ params: string[] }[]>} */
async function smsMessages(url, phone) {
  return (await fetch(`${simulator(url, 'sms')}/messages?phone=${phone}`)).json()
}

/**
 * The newest code sent to a telephone, once there are more messages than `had`.
 * @param {string} url @param {string} phone @param {number} had
 */
async function smsCode(url, phone, had = 0) {
  for (let tries = 0; tries < 100; tries++) {
    const messages = await smsMessages(url, phone)
    const newest = messages.length > had ? messages[messages.length - 1] : undefined
    const digits = newest?.params.find((param) => /^\d{6}$/.test(param))
    if (digits) return digits
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${phone} 没有收到验证码`)
}

/**
 * Logs in as a browser does, by the code of an SMS. One test at a time: a second code makes the first worthless.
 * @param {string} url @param {string} phone
 */
async function logIn(url, phone) {
  const lock = path.join(tmpdir(), `zheng-log-in-${new URL(url).port}-${phone}`)
  await locked(lock)
  try {
    return await enter(url, phone)
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** @param {string} folder making it is what only one process can do */
async function locked(folder) {
  const end = Date.now() + LOCK_SECONDS * 1000
  for (;;) {
    try {
      return mkdirSync(folder)
    } catch {
      // Who died with the lock in hand keeps it no longer than this.
      if (Date.now() > end) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** @param {string} url @param {string} phone */
async function enter(url, phone) {
  const nobody = new Caller(url)
  const had = (await smsMessages(url, phone)).length
  await nobody.post('/mp/v1/auth/sms-codes', { phone })
  const code = await smsCode(url, phone, had)
  return new Caller(url, await nobody.post('/mp/v1/auth/sms-login', { phone, code, device_name: '测试浏览器' }))
}

/**
 * What src/session.ts keeps on the phone of somebody logged in.
 * @param {Caller} caller @returns {Promise<{ name: string, value: string }[]>}
 */
async function remembered(caller) {
  if (!caller.tokens) return []
  const { access_token: access, refresh_token: refresh, expires_in } = caller.tokens
  const session = { access, refresh, until: Date.now() + expires_in * 1000 }
  const me = await caller.get('/mp/v1/me')
  return [
    { name: 'zheng.session', value: JSON.stringify(session) },
    { name: 'zheng.session.me', value: JSON.stringify(me) },
  ]
}

/**
 * Somebody nobody has seen, known to the simulated register of persons.
 * @param {string} url @param {string} name
 */
async function newPerson(url, name = '阿依古丽·王䶮') {
  const random = (/** @type {number} */ below) => Math.floor(Math.random() * below)
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0')
  const first = `421224${1960 + random(35)}${two(1 + random(12))}${two(1 + random(28))}${String(random(1000)).padStart(3, '0')}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, n) => total + weight * Number(first[n]), 0)
  const id_number = first + '10X98765432'[sum % 11]
  const phone = `19${String(random(10 ** 9)).padStart(9, '0')}`
  await fetch(`${simulator(url, 'realname')}/persons`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, id_number }),
  })
  return { name, id_number, phone, openid: `oClient${randomUUID()}` }
}

module.exports = { Caller, logIn, newPerson, PHONES, PIN, remembered, smsCode, smsMessages }
