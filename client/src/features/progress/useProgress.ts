/** All applications of the person and of those they act for: what waits for them first. */
import { computed } from 'vue'
import type { Schema } from '@/api/types'
import { api } from '@/request'
import { usePages } from '@/use/pages'
import { waitsForMe } from './states'

export type Row = Schema<'ApplicationRow'>

export function useProgress() {
  const pages = usePages<Row>((cursor) => api.get('/mp/v1/applications', { query: { cursor, limit: 30 } }), 'progress')
  const waiting = computed(() => pages.items.value.filter((row) => waitsForMe(row.state)))
  const others = computed(() => pages.items.value.filter((row) => !waitsForMe(row.state)))
  return { ...pages, waiting, others }
}
