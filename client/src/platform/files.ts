/**
 * Photos and files of the phone: taken or chosen, made smaller, and kept on the phone until the server has them, so
 * that a file chosen before the call dropped or the app was killed is still there.
 */
import type { Picked, PictureSource } from './files-kinds'
// #ifdef H5
import * as web from './files-web'
// #endif
// #ifndef H5
import * as weChat from './files-wechat'
// #endif

export { NothingPicked, type NotPicked, type Picked, type PictureSource } from './files-kinds'

/** At most `most` files from the camera, the album or the phone's folders. @throws NothingPicked */
export function pick(source: PictureSource, most: number): Promise<Picked[]> {
  // #ifdef H5
  return web.pick(source, most)
  // #endif
  // #ifndef H5
  return weChat.pick(source, most)
  // #endif
}

/** Keeps a file on the phone. @returns false when the phone has no room left for it */
export function keep(name: string, bytes: ArrayBuffer): Promise<boolean> {
  // #ifdef H5
  return web.keep(name, bytes)
  // #endif
  // #ifndef H5
  return weChat.keep(name, bytes)
  // #endif
}

/** A kept file; null when the phone no longer has it. */
export function kept(name: string): Promise<ArrayBuffer | null> {
  // #ifdef H5
  return web.kept(name)
  // #endif
  // #ifndef H5
  return weChat.kept(name)
  // #endif
}

/** Forgets a kept file; that it was not there is no fault. */
export function forget(name: string): Promise<void> {
  // #ifdef H5
  return web.forget(name)
  // #endif
  // #ifndef H5
  return weChat.forget(name)
  // #endif
}
