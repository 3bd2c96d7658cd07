/** Files in WeChat: its chooser and camera, its compressor, and the mini-program's own folder. */
import { LONGEST_SIDE, NothingPicked, QUALITY, type NotPicked, type Picked, type PictureSource } from './files-kinds'

/** @throws NothingPicked */
export function pick(source: PictureSource, most: number): Promise<Picked[]> {
  return source === 'file' ? pickFromChat(most) : pickPhotos(source, most)
}

function pickPhotos(source: 'camera' | 'album', most: number): Promise<Picked[]> {
  return new Promise((resolve, reject) => {
    uni.chooseMedia({
      count: Math.min(9, most),
      mediaType: ['image'],
      sourceType: [source],
      sizeType: ['original'],
      success: ({ tempFiles }) => resolve(tempFiles.map((file) => fromPath(file.tempFilePath, true))),
      fail: (fault: { errMsg?: string }) => reject(new NothingPicked(whyNot(fault.errMsg ?? ''))),
    })
  })
}

interface ChatFiles {
  chooseMessageFile: (ask: {
    count: number
    type: 'file'
    extension: string[]
    success: (answer: { tempFiles: { path: string; name: string }[] }) => void
    fail: (fault: { errMsg?: string }) => void
  }) => void
}

function pickFromChat(most: number): Promise<Picked[]> {
  return new Promise((resolve, reject) => {
    ;(uni as unknown as ChatFiles).chooseMessageFile({
      count: most,
      type: 'file',
      extension: ['pdf', 'jpg', 'jpeg', 'png', 'heic'],
      success: ({ tempFiles }) => resolve(tempFiles.map((file) => ({ ...fromPath(file.path, !/\.pdf$/i.test(file.name)), name: file.name }))),
      fail: (fault) => reject(new NothingPicked(whyNot(fault.errMsg ?? ''))),
    })
  })
}

function whyNot(message: string): NotPicked {
  if (/cancel/i.test(message)) return 'cancelled'
  return /auth|deny|denied|permission|privacy/i.test(message) ? 'refused' : 'unavailable'
}

function fromPath(path: string, isPhoto: boolean): Picked {
  return { name: path.split('/').pop() ?? '', bytes: async () => readBytes(isPhoto ? await smaller(path) : path) }
}

function smaller(path: string): Promise<string> {
  return new Promise((resolve) => {
    uni.compressImage({
      src: path,
      quality: Math.round(QUALITY * 100),
      compressedWidth: LONGEST_SIDE,
      success: (answer) => resolve(answer.tempFilePath),
      // As it is, then; the limit of 10 MB is told before sending.
      fail: () => resolve(path),
    } as UniApp.CompressImageOptions)
  })
}

function readBytes(path: string): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    uni.getFileSystemManager().readFile({
      filePath: path,
      success: (answer) => resolve(answer.data as ArrayBuffer),
      fail: () => reject(new NothingPicked('unavailable')),
    })
  })
}

function placeOf(name: string): string {
  return `${(uni as unknown as { env: { USER_DATA_PATH: string } }).env.USER_DATA_PATH}/zheng-${name}`
}

/** Keeps a file on the phone. @returns false when the phone has no room left for it */
export function keep(name: string, bytes: ArrayBuffer): Promise<boolean> {
  return new Promise((resolve) => {
    uni.getFileSystemManager().writeFile({
      filePath: placeOf(name),
      data: bytes,
      success: () => resolve(true),
      fail: () => resolve(false),
    })
  })
}

/** A kept file; null when the phone no longer has it. */
export function kept(name: string): Promise<ArrayBuffer | null> {
  return readBytes(placeOf(name)).catch(() => null)
}

/** Forgets a kept file; that it was not there is no fault. */
export function forget(name: string): Promise<void> {
  return new Promise((resolve) => {
    uni.getFileSystemManager().unlink({ filePath: placeOf(name), success: () => resolve(), fail: () => resolve() })
  })
}
