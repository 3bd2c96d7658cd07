/** Reading QR codes: WeChat's own scanner in the mini-program; threads that read pictures in the web app. */
import type { Frame, Told } from './readers/serve'

export type { Frame } from './readers/serve'

/** The scanner or a reader does not work; another way to give the code is needed. */
export class ScanFailed extends Error {}

/** One reader of pictures. */
export interface Reader {
  /** @returns the code's text, or null without one. @throws ScanFailed when the reader does not work */
  read: (frame: Frame) => Promise<string | null>
  close: () => void
}

// #ifdef H5
/** Loaded when first used. */
export function smallReader(): Reader {
  return readerIn(() => new Worker(new URL('./readers/small.worker.ts', import.meta.url), { type: 'module' }))
}

/** Loaded when first used: 1 MB, so only after the small one has failed. */
export function robustReader(): Reader {
  return readerIn(() => new Worker(new URL('./readers/robust.worker.ts', import.meta.url), { type: 'module' }))
}

interface Waiting {
  resolve: (text: string | null) => void
  reject: (thrown: ScanFailed) => void
}

function readerIn(start: () => Worker): Reader {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let count = 0

  function settle({ id, text, broken }: Told): void {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (broken) asked?.reject(new ScanFailed())
    else asked?.resolve(text)
  }

  function close(): void {
    worker?.terminate()
    worker = null
    for (const id of [...waiting.keys()]) settle({ id, text: null, broken: true })
  }

  function opened(): Worker {
    const fresh = start()
    fresh.onmessage = (event: MessageEvent<Told>) => settle(event.data)
    // Its script did not come; the next picture starts another thread.
    fresh.onerror = close
    return fresh
  }

  function read({ width, height, data }: Frame): Promise<string | null> {
    worker ??= opened()
    const id = ++count
    const answer = new Promise<string | null>((resolve, reject) => waiting.set(id, { resolve, reject }))
    worker.postMessage({ id, width, height, data }, [data.buffer])
    return answer
  }

  return { read, close }
}

let canvas: HTMLCanvasElement | null = null

/** The picture's dots, made smaller so that its longer side has at most `most`; null while there is no picture yet. */
export function frameOf(source: HTMLVideoElement | HTMLImageElement, most: number): Frame | null {
  const full = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.naturalWidth, source.naturalHeight]
  if (!full[0] || !full[1]) return null
  const scale = Math.min(1, most / Math.max(full[0], full[1]))
  const [width, height] = [Math.round(full[0] * scale), Math.round(full[1] * scale)]
  canvas ??= document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(source, 0, 0, width, height)
  return { width, height, data: context.getImageData(0, 0, width, height).data }
}

/** A picture from the album, loaded. Null when none was chosen. @throws ScanFailed for what is no picture */
export async function pickPicture(): Promise<HTMLImageElement | null> {
  const path = await chosenPath()
  if (!path) return null
  const picture = new Image()
  picture.src = path
  try {
    await picture.decode()
  } catch {
    throw new ScanFailed()
  } finally {
    URL.revokeObjectURL(path)
  }
  return picture
}

function chosenPath(): Promise<string | null> {
  return new Promise((resolve) => {
    uni.chooseImage({
      count: 1,
      sizeType: ['original'],
      sourceType: ['album'],
      success: ({ tempFilePaths }) => resolve(tempFilePaths[0] ?? null),
      fail: () => resolve(null),
    })
  })
}
// #endif

// #ifndef H5
/** WeChat's scanner, album included. Null when the person left it. @throws ScanFailed when it did not work */
export function scanByWeChat(): Promise<string | null> {
  return new Promise((resolve, reject) => {
    uni.scanCode({
      onlyFromCamera: false,
      scanType: ['qrCode', 'barCode'],
      success: ({ result }) => resolve(result || null),
      fail: ({ errMsg }) => (/cancel/i.test(errMsg ?? '') ? resolve(null) : reject(new ScanFailed())),
    })
  })
}
// #endif
