/** `wx.request`, `wx.uploadFile` and `wx.downloadFile` over real HTTP to the demonstration server. */
const { readFileSync, writeFileSync, mkdtempSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')

const TIMEOUT = 60_000

class Network {
  /** @param server the demonstration's address; every request of the app goes there */
  constructor(server) {
    this.server = server
    this.offline = false
    this.waiting = 0
    /** What was asked, newest last: `GET /mp/v1/me 200`. */
    this.log = []
  }

  api() {
    return {
      request: (options) => this.ask(options, (answer) => body(answer, options)),
      downloadFile: (options) => this.ask({ ...options, method: 'GET' }, kept),
      uploadFile: (options) => this.upload(options),
      getNetworkType: ({ success, complete }) => {
        const answer = { networkType: this.offline ? 'none' : '4g', errMsg: 'getNetworkType:ok' }
        Promise.resolve().then(() => (success?.(answer), complete?.(answer)))
      },
    }
  }

  upload(options) {
    const form = new FormData()
    for (const [name, value] of Object.entries(options.formData ?? {})) form.append(name, value)
    form.append(options.name, new Blob([readFileSync(options.filePath)]), path.basename(options.filePath))
    return this.ask({ ...options, method: 'POST', data: form }, async (answer) => ({ data: await answer.text() }))
  }

  ask(options, read) {
    const control = new AbortController()
    const timer = setTimeout(() => control.abort(new Error('timeout')), options.timeout ?? TIMEOUT)
    this.waiting++
    this.exchange(options, control.signal, read)
      .then(
        (answer) => (options.success?.(answer), options.complete?.(answer)),
        (fault) => {
          const answer = { errMsg: `request:fail ${fault.message === 'timeout' ? 'timeout' : fault.message}`, errno: 600001 }
          options.fail?.(answer)
          options.complete?.(answer)
        },
      )
      .finally(() => (clearTimeout(timer), this.waiting--))
    const ignored = () => {}
    return { abort: () => control.abort(new Error('abort')), onProgressUpdate: ignored, offProgressUpdate: ignored, onHeadersReceived: ignored }
  }

  async exchange({ url, method = 'GET', header = {}, data }, signal, read) {
    if (this.offline) throw new Error('net::ERR_INTERNET_DISCONNECTED')
    if (/^https?:/.test(url) && !url.startsWith(this.server)) throw new Error(`url not in domain list: ${url}`)
    const address = new URL(url, this.server)
    const query = method === 'GET' && data && typeof data === 'object' && !(data instanceof ArrayBuffer)
    if (query) for (const [name, value] of Object.entries(data)) address.searchParams.set(name, value)
    const answer = await fetch(address, { method, headers: header, body: query || method === 'GET' ? undefined : sent(data, header), signal })
    this.log.push(`${method} ${address.pathname} ${answer.status}`)
    return { statusCode: answer.status, header: headers(answer), cookies: [], errMsg: 'request:ok', ...(await read(answer)) }
  }
}

function sent(data, header) {
  if (data === undefined || typeof data === 'string' || data instanceof FormData || data instanceof ArrayBuffer) return data
  if (ArrayBuffer.isView(data)) return data
  const type = Object.entries(header).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'application/json'
  return type.includes('urlencoded') ? new URLSearchParams(data).toString() : JSON.stringify(data)
}

/** WeChat names headers as servers do: `Content-Type`, not `content-type`. */
function headers(answer) {
  const name = (lower) => lower.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
  return Object.fromEntries([...answer.headers].map(([lower, value]) => [name(lower), value]))
}

async function body(answer, { dataType = 'json', responseType = 'text' }) {
  if (responseType === 'arraybuffer') return { data: await answer.arrayBuffer() }
  const text = await answer.text()
  if (dataType !== 'json') return { data: text }
  try {
    return { data: JSON.parse(text) }
  } catch {
    return { data: text }
  }
}

async function kept(answer) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'zheng-mp-')), 'download')
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
  return { tempFilePath: file }
}

module.exports = { Network }
