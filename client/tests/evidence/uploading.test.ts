import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerResponse } from 'node:http'
import { phoneAt } from '../core/phone'
import { json, serve, type Asked, type TestServer } from '../core/server'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

/** The phone's own files; with no room nothing is kept. */
const phone = vi.hoisted(() => ({ files: new Map<string, ArrayBuffer>(), full: false, picks: null as null | (() => Promise<unknown>) }))
vi.mock('@/platform/files', async () => {
  const { NothingPicked } = await vi.importActual<typeof import('@/platform/files-kinds')>('@/platform/files-kinds')
  return {
    NothingPicked,
    pick: () => phone.picks!(),
    keep: async (name: string, bytes: ArrayBuffer) => !phone.full && Boolean(phone.files.set(name, bytes)),
    kept: async (name: string) => phone.files.get(name) ?? null,
    forget: async (name: string) => void phone.files.delete(name),
  }
})

const PART = 4
const LIST = 'zheng.draft.a1.k1.files'

/** A server that takes files in parts of four bytes, and can drop the line or forget an upload. */
class Parts {
  received = new Map<string, Set<number>>()
  sizes = new Map<string, number>()
  done: string[] = []
  dropAt = 0
  forgotten = new Set<string>()
  parts = 0
  onPart: () => void = () => undefined

  answer(asked: Asked, response: ServerResponse): void {
    const [, , id = '', , number] = /uploads(\/([^/]+)(\/(?:parts\/(\d+)|complete))?)?$/.exec(asked.path) ?? []
    if (asked.method === 'DELETE') return json(response, 204, undefined as never)
    if (!id) return this.begin(asked, response)
    if (this.forgotten.has(id)) return json(response, 410, { code: 'upload_expired', detail: '上传已超过一天' })
    if (asked.path.endsWith('/complete')) return this.complete(id, response)
    if (number) {
      this.parts += 1
      this.onPart()
      if (this.parts === this.dropAt) return void response.destroy()
      this.received.get(id)!.add(Number(number))
    }
    json(response, 200, this.state(id))
  }

  private begin(asked: Asked, response: ServerResponse): void {
    const id = `u${this.sizes.size + 1}`
    this.sizes.set(id, JSON.parse(asked.body).size)
    this.received.set(id, new Set())
    json(response, 201, this.state(id))
  }

  private complete(id: string, response: ServerResponse): void {
    this.done.push(id)
    json(response, 200, { id: `e-${id}`, label: '照片', size: this.sizes.get(id) })
  }

  private state(id: string) {
    const size = this.sizes.get(id)!
    const all = Array.from({ length: Math.ceil(size / PART) }, (_, n) => n + 1)
    const received = [...this.received.get(id)!]
    return { id, size, part_size: PART, received, missing: all.filter((n) => !received.includes(n)), evidence_id: null }
  }
}

let server: TestServer
let store: Parts
let uploading: typeof import('@/features/evidence/uploading')
let network: 'up' | 'down' | 'portal'

const bytes = (count: number) => new Uint8Array(count).fill(65).buffer
const settled = async (uploader: { state: { running: boolean } }) => vi.waitFor(() => expect(uploader.state.running).toBe(false), { timeout: 15_000 })

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  phone.files.clear()
  phone.full = false
  network = 'up'
  store = new Parts()
  server = await serve((asked, response) => {
    if (network === 'down') return void response.destroy()
    if (network === 'portal') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Wi-Fi</html>')
    store.answer(asked, response)
  })
  phoneAt(server.origin)
  vi.resetModules()
  uploading = await import('@/features/evidence/uploading')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

describe('a file on its way', () => {
  it('arrives in parts and becomes evidence; the phone forgets it', async () => {
    const uploader = uploading.createUploader(LIST, () => 'app')
    expect(await uploader.add('照片1', bytes(10))).toBe('')
    await settled(uploader)
    expect([store.parts, store.done, uploader.state.files, phone.files.size]).toEqual([3, ['u1'], [], 0])
    expect(uploader.state.evidence.map((one) => one.id)).toEqual(['e-u1'])
  })

  it('a line that drops in the middle of a part sends that part again, not the file', async () => {
    store.dropAt = 2
    const uploader = uploading.createUploader(LIST, () => 'app')
    await uploader.add('照片1', bytes(10))
    await settled(uploader)
    expect([store.sizes.size, store.parts, store.done]).toEqual([1, 4, ['u1']])
  }, 15_000)

  it('without a network it is kept and says so; later it goes on where it stopped', async () => {
    const uploader = uploading.createUploader(LIST, () => 'app')
    network = 'down'
    await uploader.add('照片1', bytes(6))
    await settled(uploader)
    expect(uploader.state.files[0]).toMatchObject({ state: 'failed', words: expect.stringContaining('没有网络') })
    network = 'up'
    await uploader.retry()
    expect(store.done).toEqual(['u1'])
  }, 20_000)

  it('a killed app takes it up again from the parts the server has', async () => {
    const first = uploading.createUploader(LIST, () => 'app')
    await first.add('照片1', bytes(10))
    await settled(first)
    // As if killed after the first part: the list and the bytes are on the phone, one part on the server.
    store.received.set('u2', new Set([1]))
    store.sizes.set('u2', 10)
    phone.files.set('n2', bytes(10))
    uni.setStorageSync(LIST, JSON.stringify([{ name: 'n2', label: '照片2', size: 10, uploadId: 'u2', sent: 4, state: 'sending', words: '' }]))
    const again = uploading.createUploader(LIST, () => 'app')
    expect(again.state.files[0]?.state).toBe('waiting')
    const before = store.parts
    await again.run()
    expect([store.parts - before, store.done]).toEqual([2, ['u1', 'u2']])
  })

  it('begins anew when the server has forgotten it', async () => {
    store.forgotten.add('old')
    phone.files.set('n1', bytes(5))
    uni.setStorageSync(LIST, JSON.stringify([{ name: 'n1', label: '照片1', size: 5, uploadId: 'old', sent: 4, state: 'failed', words: '…' }]))
    const uploader = uploading.createUploader(LIST, () => 'app')
    await uploader.retry()
    expect([store.done, uploader.state.files.length]).toEqual([['u1'], 0])
  })

  it('a captive portal is told as what it is, and nothing is lost', async () => {
    network = 'portal'
    const uploader = uploading.createUploader(LIST, () => 'app')
    await uploader.add('照片1', bytes(5))
    await settled(uploader)
    expect(uploader.state.files[0]?.words).toContain('Wi-Fi')
    expect(phone.files.size).toBe(1)
  })

  it('a full phone still sends, and says to stay on the page', async () => {
    phone.full = true
    const uploader = uploading.createUploader(LIST, () => 'app')
    expect(await uploader.add('照片1', bytes(5))).toContain('存满')
    await settled(uploader)
    expect(store.done).toEqual(['u1'])
  })

  it('a file the phone no longer has says so and does not hold up the next', async () => {
    uni.setStorageSync(LIST, JSON.stringify([{ name: 'lost', label: '照片1', size: 5, uploadId: '', sent: 0, state: 'waiting', words: '' }]))
    const uploader = uploading.createUploader(LIST, () => 'app')
    await uploader.add('照片2', bytes(5))
    await settled(uploader)
    expect(uploader.state.files.map((file) => [file.label, file.state])).toEqual([['照片1', 'failed']])
    expect(uploader.state.files[0]?.words).toContain('找不到')
    expect(store.done).toEqual(['u1'])
  })

  it('taken away while it is being sent, it never becomes evidence', async () => {
    const uploader = uploading.createUploader(LIST, () => 'app')
    store.onPart = () => void (store.parts === 2 && uploader.remove(uploader.state.files[0]!.name))
    await uploader.add('照片1', bytes(40))
    await settled(uploader)
    expect([store.parts, store.done, uploader.state.evidence]).toEqual([2, [], []])
  })

  it('waits for the draft to have a place on the server', async () => {
    let id = ''
    const uploader = uploading.createUploader(LIST, () => id)
    await uploader.add('照片1', bytes(5))
    expect(server.asked).toHaveLength(0)
    id = 'app'
    await uploader.run()
    expect(store.done).toEqual(['u1'])
  })

  it('nine files and 10 MB are told before anything is sent', async () => {
    const uploader = uploading.createUploader(LIST, () => '')
    expect(await uploader.add('大', bytes(10 * 1024 * 1024 + 1))).toContain('10 MB')
    expect(await uploader.add('空', bytes(0))).toContain('空的')
    for (let n = 0; n < 9; n++) expect(await uploader.add(`照片${n}`, bytes(1))).toBe('')
    expect(await uploader.add('第十', bytes(1))).toContain('最多 9')
    expect(server.asked).toHaveLength(0)
  })

  it('is the same one on every page of the draft: leaving does not stop it', () => {
    expect(uploading.uploaderOf(LIST, () => 'app')).toBe(uploading.uploaderOf(LIST, () => 'app'))
  })
})

describe('choosing', () => {
  async function choosing() {
    const { useEvidence } = await import('@/features/evidence/useEvidence')
    const { NothingPicked } = await import('@/platform/files')
    return { evidence: useEvidence(LIST, () => ''), NothingPicked }
  }

  it('a refused camera says what else there is; a change of mind says nothing', async () => {
    const { evidence, NothingPicked } = await choosing()
    phone.picks = () => Promise.reject(new NothingPicked('refused'))
    await evidence.choose('camera')
    expect(evidence.words.value).toContain('从相册选')
    phone.picks = () => Promise.reject(new NothingPicked('cancelled'))
    await evidence.choose('camera')
    expect(evidence.words.value).toBe('')
  })

  it('of too many chosen at once the first are taken, and it is said', async () => {
    const { evidence } = await choosing()
    phone.picks = async () => Array.from({ length: 11 }, (_, n) => ({ name: `${n}.jpg`, bytes: async () => bytes(1) }))
    await evidence.choose('album')
    expect(evidence.state.files).toHaveLength(9)
    expect(evidence.words.value).toContain('最多 9')
  })

  it('a document keeps its name, a photo gets a number', async () => {
    const { evidence } = await choosing()
    phone.picks = async () => ['租房合同.pdf', 'IMG_1.jpg'].map((name) => ({ name, bytes: async () => bytes(1) }))
    await evidence.choose('file')
    expect(evidence.state.files.map((file) => file.label)).toEqual(['租房合同.pdf', '照片2'])
  })
})
