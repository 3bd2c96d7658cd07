import { computed, ref } from 'vue'
import { NothingPicked, pick, type Picked, type PictureSource } from '@/platform/files'
import { asProblem } from '@/problem'
import { api } from '@/request'
import { useAction } from '@/use/action'
import { MOST_FILES, uploaderOf } from './uploading'

const REFUSED: Record<PictureSource, string> = {
  camera: '没有允许使用相机。可以“从相册选”，或到手机设置里允许后再试。',
  album: '没有允许读取相册。可以“拍照”，或到手机设置里允许后再试。',
  file: '没有允许读取文件。可以“拍照”上传。',
}

/** An application's evidence (佐证材料): choosing, sending, trying again, taking away. */
export function useEvidence(listKey: string, applicationId: () => string) {
  const uploader = uploaderOf(listKey, applicationId)
  const { state } = uploader
  const opening = ref(false)
  const words = ref('')

  const room = computed(() => MOST_FILES - state.files.length - state.evidence.length)
  const unfinished = computed(() => state.files.length)
  const failed = computed(() => state.files.filter((file) => file.state === 'failed').length)

  async function choose(source: PictureSource): Promise<void> {
    if (opening.value) return
    words.value = room.value > 0 ? '' : `最多 ${MOST_FILES} 个文件，请先删去不需要的。`
    if (words.value) return
    opening.value = true
    try {
      await take(await pick(source, room.value))
    } catch (thrown) {
      words.value = thrown instanceof NothingPicked ? said(thrown, source) : asProblem(thrown).message
    } finally {
      opening.value = false
    }
  }

  function said(nothing: NothingPicked, source: PictureSource): string {
    if (nothing.why === 'cancelled') return ''
    return nothing.why === 'refused' ? REFUSED[source] : '手机没有打开成功，请换一种方式再试。'
  }

  async function take(picked: Picked[]): Promise<void> {
    const told: string[] = []
    if (picked.length > room.value) told.push(`一共最多 ${MOST_FILES} 个，多选的没有放进来。`)
    for (const one of picked.slice(0, room.value)) {
      told.push(await uploader.add(labelOf(one), await one.bytes()))
    }
    words.value = told.filter(Boolean).join('\n')
  }

  /** A photo's own name tells nobody anything; a document's does. */
  function labelOf(one: Picked): string {
    if (/\.pdf$/i.test(one.name)) return one.name.slice(0, 40)
    return `照片${MOST_FILES - room.value + 1}`
  }

  const removal = useAction(async (key, evidenceId: string) => {
    const path = { application_id: applicationId(), evidence_id: evidenceId }
    await api.delete('/mp/v1/applications/{application_id}/evidence/{evidence_id}', { path, key })
    state.evidence = state.evidence.filter((one) => one.id !== evidenceId)
  })

  return { state, opening, words, room, unfinished, failed, choose, remove: uploader.remove, retry: uploader.retry, run: uploader.run, removal }
}
