/** What a phone's files are to the app, on both targets. */
export type PictureSource = 'camera' | 'album' | 'file'

/** One file the person chose; `bytes` opens it, made smaller when it is a photo. */
export interface Picked {
  name: string
  bytes: () => Promise<ArrayBuffer>
}

export type NotPicked = 'cancelled' | 'refused' | 'unavailable'

/** Nothing was chosen, and why. */
export class NothingPicked extends Error {
  constructor(readonly why: NotPicked) {
    super(why)
  }
}

/** A photo's longest side in pixels after making it smaller: handwriting on a page stays readable. */
export const LONGEST_SIDE = 2200
export const QUALITY = 0.82
