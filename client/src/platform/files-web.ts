/** Files in a browser: the system's own chooser and camera, a canvas, and the browser's database. */
import { LONGEST_SIDE, NothingPicked, QUALITY, type Picked, type PictureSource } from './files-kinds'

const ACCEPTED: Record<PictureSource, string> = { camera: 'image/*', album: 'image/*', file: 'image/*,application/pdf' }

/** @throws NothingPicked */
export function pick(source: PictureSource, most: number): Promise<Picked[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = ACCEPTED[source]
  input.multiple = source !== 'camera' && most > 1
  if (source === 'camera') input.setAttribute('capture', 'environment')
  return new Promise((resolve, reject) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])].map(fromFile)))
    input.addEventListener('cancel', () => reject(new NothingPicked('cancelled')))
    input.click()
  })
}

function fromFile(file: File): Picked {
  return { name: file.name, bytes: async () => (await smaller(file)) ?? file.arrayBuffer() }
}

/** The photo as JPEG, turned upright; null when it is no photo this browser can draw: then it goes as it is. */
async function smaller(file: File): Promise<ArrayBuffer | null> {
  if (!file.type.startsWith('image/')) return null
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
    return blob && blob.size < file.size ? blob.arrayBuffer() : null
  } catch {
    // A format this browser cannot draw (HEIC on Android): the server reads it.
    return null
  }
}

const DATABASE = 'zheng-files'
const STORE = 'files'

function store(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
}

async function inStore<T>(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await store()
  try {
    return await new Promise<T>((resolve, reject) => {
      const work = database.transaction(STORE, mode)
      const asked = act(work.objectStore(STORE))
      work.oncomplete = () => resolve(asked.result)
      work.onerror = work.onabort = () => reject(work.error)
    })
  } finally {
    database.close()
  }
}

/** Keeps a file on the phone. @returns false when the phone has no room left for it, or the browser keeps nothing */
export async function keep(name: string, bytes: ArrayBuffer): Promise<boolean> {
  try {
    await inStore('readwrite', (files) => files.put(bytes, name))
    return true
  } catch {
    return false
  }
}

/** A kept file; null when the phone no longer has it. */
export async function kept(name: string): Promise<ArrayBuffer | null> {
  try {
    return (await inStore<ArrayBuffer | undefined>('readonly', (files) => files.get(name))) ?? null
  } catch {
    return null
  }
}

/** Forgets a kept file; that it was not there is no fault. */
export async function forget(name: string): Promise<void> {
  await inStore('readwrite', (files) => files.delete(name)).catch(() => undefined)
}
