import { uploaderOf } from '@/features/evidence/uploading'
import * as storage from '@/platform/storage'
import { leftOver } from './drafts'

/** Goes on sending what was still on its way when its application was handed in and the app was closed. */
export async function sendLeftOvers(): Promise<void> {
  for (const { list, applicationId, sent } of leftOver()) {
    const uploader = uploaderOf(list, () => applicationId)
    await uploader.retry()
    if (uploader.state.files.length > 0) continue
    storage.remove(list)
    storage.remove(sent)
  }
}
