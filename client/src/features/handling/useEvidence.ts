import { ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { origin } from '@/platform/http'
import { useAction } from '@/use/action'
import * as calls from './calls'

export interface Opened {
  label: string
  url: string
  isPicture: boolean
}

/** Looks at a piece of evidence by a link that dies after minutes; each look is recorded where the applicant sees it. */
export function useEvidence(id: () => string) {
  const opened = shallowRef<Opened | null>(null)
  const zoom = ref(1)
  const asking = useAction((key: string, evidence: string) => calls.evidenceLink(id(), evidence, key))

  async function open(piece: Pick<Schema<'Evidence'>, 'id' | 'label'>): Promise<void> {
    const link = await asking.run(piece.id)
    if (!link) return
    zoom.value = 1
    const url = link.url.startsWith('/') ? origin() + link.url : link.url
    opened.value = { label: piece.label, url, isPicture: link.media_type.startsWith('image/') }
  }

  return {
    opened, zoom, open, asking,
    close: () => (opened.value = null),
    larger: () => (zoom.value = Math.min(4, zoom.value + 1)),
    smaller: () => (zoom.value = Math.max(1, zoom.value - 1)),
  }
}
