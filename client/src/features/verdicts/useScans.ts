import { computed, ref } from 'vue'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { usePages } from '@/use/pages'
import { sayMoment } from '@/use/words'
import { reasonWords } from './presentation'

export type ScanRecord = Schema<'ScanRecord'>

const PAGE = 30

/** What a row says: the paper's number where it is known, else what the code was. */
export function scanTitle(scan: ScanRecord): string {
  return scan.number || reasonWords(scan.reason) || '没有文号'
}

export function scanNote(scan: ScanRecord, now = Date.now()): string {
  return `${sayMoment(scan.at, now)} · ${scan.matter}`
}

/** All that is kept of a scan: the facts were the holder's to show, and are gone. */
export function scanSummary(scan: ScanRecord): { label: string; value: string }[] {
  return [
    { label: '文号', value: scan.number },
    { label: '为办', value: scan.matter },
    { label: '核验时间', value: sayMoment(scan.at) },
    { label: '原因', value: [reasonWords(scan.reason), `（${scan.reason}）`].join('') },
  ].filter(({ value }) => value)
}

/** Today's scans of this counter, the latest first, and the one whose summary is open. */
export function useScans() {
  const pages = usePages((cursor) => api.get('/mp/v1/counter/scans', { query: { cursor, limit: PAGE } }), 'counter.scans')
  const opened = ref<ScanRecord | null>(null)
  const good = computed(() => pages.items.value.filter((scan) => scan.verdict === '有效').length)
  /** Counted only when the whole day is loaded: a part would be read as the whole. */
  const counts = computed(() => {
    const all = pages.items.value.length
    if (!pages.ready.value || pages.hasMore.value || all === 0) return ''
    return `今天核验 ${all} 次，有效 ${good.value} 次，其他 ${all - good.value} 次。`
  })
  return { ...pages, opened, counts }
}
