/**
 * Files on their way to an application: kept on the phone until the server has them, sent in parts one file after the
 * other, taken up where they stopped. It belongs to the draft, not to a page: leaving the page does not stop it.
 */
import { reactive } from 'vue'
import type { Schema } from '@/api/types'
import { forget, keep, kept } from '@/platform/files'
import { uniqueKey } from '@/platform/random'
import * as storage from '@/platform/storage'
import { asProblem, Problem } from '@/problem'
import { api, sendBytes } from '@/request'

export const MOST_FILES = 9
export const MOST_BYTES = 10 * 1024 * 1024

export interface Sending {
  /** The file's name on the phone. */
  name: string
  label: string
  size: number
  uploadId: string
  /** Bytes the server has. */
  sent: number
  state: 'waiting' | 'sending' | 'failed'
  /** Why it failed, and what to do. */
  words: string
}

export type Evidence = Schema<'Evidence'>
type Upload = Schema<'Upload'>

const GONE = '手机上找不到这个文件了，请删去后重新选一次。'

/** One application's files on their way. `applicationId` is asked each time: a draft may not have one yet. */
export function createUploader(listKey: string, applicationId: () => string) {
  const state = reactive({ files: taken(storage.read<Sending[]>(listKey)), running: false, evidence: [] as Evidence[] })
  /** Files for which the phone had no room: gone when the app closes. */
  const inMemory = new Map<string, ArrayBuffer>()

  function note(): void {
    storage.write(listKey, state.files)
  }

  /** Takes a file in and begins to send. @returns words when it cannot be taken */
  async function add(label: string, bytes: ArrayBuffer): Promise<string> {
    if (state.files.length + state.evidence.length >= MOST_FILES) return `最多 ${MOST_FILES} 个文件，请先删去不需要的。`
    if (bytes.byteLength > MOST_BYTES) return `“${label}”超过 10 MB，请拍照上传，或换一个小一些的文件。`
    if (bytes.byteLength === 0) return `“${label}”是空的，请重新选。`
    const name = uniqueKey()
    const roomy = await keep(name, bytes)
    if (!roomy) inMemory.set(name, bytes)
    state.files.push({ name, label, size: bytes.byteLength, uploadId: '', sent: 0, state: 'waiting', words: '' })
    note()
    void run()
    return roomy ? '' : '手机存满了，这个文件传完之前请不要关掉本页。'
  }

  async function remove(name: string): Promise<void> {
    state.files = state.files.filter((file) => file.name !== name)
    inMemory.delete(name)
    note()
    await forget(name)
  }

  /** Sends all that waits, or failed before, one after the other. Called again while it runs, it does nothing. */
  async function run(): Promise<void> {
    if (state.running || !applicationId()) return
    state.running = true
    try {
      for (let file = next(); file; file = next()) if (!(await send(file))) break
    } finally {
      state.running = false
    }
  }

  function next(): Sending | undefined {
    return state.files.find((file) => file.state === 'waiting')
  }

  /** Tries again what failed. */
  function retry(): Promise<void> {
    for (const file of state.files) if (file.state === 'failed') file.state = 'waiting'
    return run()
  }

  /** @returns whether the next file may be tried: not when the network is away */
  async function send(file: Sending): Promise<boolean> {
    Object.assign(file, { state: 'sending', words: '' })
    try {
      await deliver(file)
      return true
    } catch (thrown) {
      const problem = asProblem(thrown)
      Object.assign(file, { state: 'failed', words: problem.message })
      return !problem.passing
    } finally {
      note()
    }
  }

  async function deliver(file: Sending): Promise<void> {
    const bytes = inMemory.get(file.name) ?? (await kept(file.name))
    if (!bytes) throw new Problem('refused', 0, 'file_gone', GONE)
    const upload = await sendMissing(file, bytes, await begunOrResumed(file))
    if (!stillWanted(file)) return
    const path = { application_id: applicationId(), upload_id: upload.id as string }
    const evidence = await api.post('/mp/v1/applications/{application_id}/uploads/{upload_id}/complete', { path, timeout: 60_000 })
    await remove(file.name)
    if (!state.evidence.some((one) => one.id === evidence.id)) state.evidence = [...state.evidence, evidence]
  }

  async function begunOrResumed(file: Sending): Promise<Upload> {
    if (file.uploadId) {
      try {
        const path = { application_id: applicationId(), upload_id: file.uploadId }
        return await api.get('/mp/v1/applications/{application_id}/uploads/{upload_id}', { path })
      } catch (thrown) {
        // After a day the server has forgotten the parts: from the beginning, then.
        if (!(thrown instanceof Problem) || ![404, 410].includes(thrown.status)) throw thrown
      }
    }
    return begin(file)
  }

  async function begin(file: Sending): Promise<Upload> {
    const path = { application_id: applicationId() }
    const upload = await api.post('/mp/v1/applications/{application_id}/uploads', { path, body: { size: file.size, label: file.label } })
    Object.assign(file, { uploadId: upload.id, sent: 0 })
    note()
    return upload
  }

  async function sendMissing(file: Sending, bytes: ArrayBuffer, upload: Upload): Promise<Upload> {
    let now = upload
    file.sent = received(now)
    for (const number of upload.missing ?? []) {
      if (!stillWanted(file)) return now
      const start = (number - 1) * (now.part_size as number)
      const parts = { application_id: applicationId(), upload_id: now.id as string, number: String(number) }
      now = (await sendBytes(PART, parts, bytes.slice(start, start + (now.part_size as number)))) as Upload
      file.sent = received(now)
    }
    return now
  }

  function stillWanted(file: Sending): boolean {
    return state.files.some((one) => one.name === file.name)
  }

  return { state, add, remove, run, retry }
}

const PART = '/mp/v1/applications/{application_id}/uploads/{upload_id}/parts/{number}'

export type Uploader = ReturnType<typeof createUploader>

/** What was being sent when the app was killed waits again. */
function taken(files: Sending[] | null): Sending[] {
  return (files ?? []).map((file) => ({ ...file, state: file.state === 'failed' ? 'failed' : 'waiting' }))
}

function received(upload: Upload): number {
  const size = upload.size as number
  if (upload.evidence_id) return size
  const part = upload.part_size as number
  const last = Math.ceil(size / part)
  return (upload.received ?? []).reduce((sum, number) => sum + (number === last ? size - (last - 1) * part : part), 0)
}

const uploaders = new Map<string, Uploader>()

/** The uploader of a draft: the same one on every page that shows it. */
export function uploaderOf(listKey: string, applicationId: () => string): Uploader {
  const known = uploaders.get(listKey)
  if (known) return known
  const made = createUploader(listKey, applicationId)
  uploaders.set(listKey, made)
  return made
}
