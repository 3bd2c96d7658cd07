/** Sealed PDFs: fetched with the log-in, then opened by whatever the phone opens PDFs with. */
import { Problem } from '@/problem'
import { accessToken, endSession, renewAccess } from '@/session'
import { origin } from './http'

const TIMEOUT = 60_000

/**
 * Fetches a PDF of our own server and opens it.
 * @param path its address, beginning with `/`
 * @param name what the file is called when it is kept
 * @throws Problem
 */
export async function openPdf(path: string, name: string): Promise<void> {
  const token = await accessToken()
  const first = await attempt(path, name, token)
  if (first !== 401) return
  const fresh = token ? await renewAccess(token) : ''
  if (fresh && (await attempt(path, name, fresh)) !== 401) return
  if (fresh) endSession('elsewhere')
  throw new Problem('refused', 401, 'session_ended', '登录已失效，请重新登录后再打开。')
}

/** @returns 200 when it is open, 401 when the token is dead */
async function attempt(path: string, name: string, token: string): Promise<200 | 401> {
  // #ifdef H5
  return fetchAndKeep(path, name, token)
  // #endif
  // #ifndef H5
  return downloadAndOpen(path, token)
  // #endif
}

// #ifdef H5
async function fetchAndKeep(path: string, name: string, token: string): Promise<200 | 401> {
  const answer = await fetched(path, token)
  if (answer.status === 401) return 401
  if (!answer.ok) throw await refusal(answer)
  if (!(answer.headers.get('content-type') ?? '').includes('pdf')) throw Problem.of('portal', answer.status)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = `${name}.pdf`
  link.click()
  // The browser has begun by then; without this the file would stay in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  return 200
}

async function fetched(path: string, token: string): Promise<Response> {
  try {
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/pdf' }
    return await fetch(origin() + path, { headers, signal: AbortSignal.timeout(TIMEOUT) })
  } catch (thrown) {
    throw Problem.of(thrown instanceof DOMException && thrown.name === 'TimeoutError' ? 'timeout' : 'offline')
  }
}

async function refusal(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => ({}))
  return Problem.fromAnswer(answer.status, body as Record<string, never>, Object.fromEntries(answer.headers))
}
// #endif

// #ifndef H5
function downloadAndOpen(path: string, token: string): Promise<200 | 401> {
  return new Promise((resolve, reject) => {
    uni.downloadFile({
      url: origin() + path,
      header: { Authorization: `Bearer ${token}` },
      timeout: TIMEOUT,
      success: (file) => {
        if (file.statusCode === 401) return resolve(401)
        if (file.statusCode !== 200) return reject(Problem.fromAnswer(file.statusCode, {}, {}))
        uni.openDocument({
          filePath: file.tempFilePath,
          fileType: 'pdf',
          showMenu: true,
          success: () => resolve(200),
          fail: () => reject(new Problem('refused', 0, 'cannot_open', '这台手机打不开 PDF。可以把分享链接发到电脑上打开，或到村（居）委会打印。')),
        })
      },
      fail: (fault) => reject(Problem.of(/time.?out/i.test(fault.errMsg ?? '') ? 'timeout' : 'offline')),
    })
  })
}
// #endif
