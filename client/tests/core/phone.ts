/** A phone for tests: `uni` with real HTTP (fetch) and a memory that can be full. */
export const memory = new Map<string, string>()
let room = Infinity

export function phoneAt(origin: string): void {
  memory.clear()
  room = Infinity
  Object.assign(globalThis, { uni, window: { location: { origin } }, getCurrentPages: () => [] })
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true })
}

/** From now on nothing more fits. */
export function fillStorage(): void {
  room = 0
}

interface RequestOptions {
  url: string
  method: string
  header: Record<string, string>
  data?: string
  timeout: number
  success: (answer: { statusCode: number; header: Record<string, string>; data: string }) => void
  fail: (fault: { errMsg: string }) => void
}

const uni = {
  request(options: RequestOptions) {
    fetch(options.url, { method: options.method, headers: options.header, body: options.data, signal: AbortSignal.timeout(options.timeout) })
      .then(async (answer) =>
        options.success({ statusCode: answer.status, header: Object.fromEntries(answer.headers), data: await answer.text() }),
      )
      .catch((fault: Error) => options.fail({ errMsg: fault.name === 'TimeoutError' ? 'request:fail timeout' : 'request:fail' }))
  },
  getStorageSync: (key: string) => memory.get(key) ?? '',
  setStorageSync(key: string, value: string) {
    if (room === 0) throw new Error('QuotaExceededError')
    memory.set(key, value)
  },
  removeStorageSync: (key: string) => memory.delete(key),
  getStorageInfoSync: () => ({ keys: [...memory.keys()] }),
  navigateTo: () => undefined,
}
