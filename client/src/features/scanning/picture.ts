// #ifdef H5
import { frameOf, pickPicture, robustReader, ScanFailed, smallReader, type Reader } from '@/platform/scan'

/** Photographs are larger than the camera's pictures, and the code in them may be small. */
const MOST = 1600

/**
 * The code in a picture from the album (web app only; WeChat's scanner opens the album itself).
 * Null when none was chosen; empty when the picture shows no code. @throws ScanFailed when it cannot be read at all
 */
export async function codeInPicture(): Promise<string | null> {
  const picture = await pickPicture()
  if (!picture) return null
  // A small reader that does not load is no reason to give up.
  const quick = await readBy(smallReader(), picture).catch(() => null)
  return quick ?? (await readBy(robustReader(), picture)) ?? ''
}

async function readBy(reader: Reader, picture: HTMLImageElement): Promise<string | null> {
  const frame = frameOf(picture, MOST)
  if (!frame) throw new ScanFailed()
  return reader.read(frame).finally(reader.close)
}
// #endif
