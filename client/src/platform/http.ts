/** One raw exchange over HTTP, the same on both targets: text in, text out, nothing interpreted. */
export interface RawAnswer {
  status: number
  headers: Record<string, string>
  text: string
}

export interface RawAsk {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string | ArrayBuffer
  timeout: number
}

export type Unreached = 'offline' | 'timeout'

/** The server was not reached, or did not answer in time. */
export class NotReached extends Error {
  constructor(readonly why: Unreached) {
    super(why)
  }
}

/** @throws NotReached when no answer came */
export function exchange(ask: RawAsk): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: ask.url,
      method: ask.method,
      header: ask.headers,
      data: ask.body,
      timeout: ask.timeout,
      // The text as it came: half a body must be seen as half a body, not as an empty object.
      dataType: 'text',
      responseType: 'text',
      success: (answer) =>
        resolve({
          status: answer.statusCode,
          headers: lowerCased(answer.header as Record<string, string>),
          text: typeof answer.data === 'string' ? answer.data : JSON.stringify(answer.data),
        }),
      fail: (fault) => reject(new NotReached(/time.?out/i.test(fault.errMsg ?? '') ? 'timeout' : 'offline')),
    })
  })
}

/** Where the server is: the web app's own origin, or the address the mini-program was built for. */
export function origin(): string {
  // #ifdef H5
  return window.location.origin
  // #endif
  // #ifndef H5
  return import.meta.env.VITE_API_ORIGIN ?? ''
  // #endif
}

function lowerCased(headers: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
