import { computed, ref, shallowRef } from 'vue'
import type { Schema } from '@/api/types'
import { useRows, type Chapter } from '@/features/inbox/rows'
import { api } from '@/request'
import type { Certificate } from './standing'

const FIRST_YEAR = 2025

/** One village's numbers of a year, or the uses of its seal. */
export function useRegister(organisation: () => string, now = new Date()) {
  const year = ref(new Date(now.getTime() + 8 * 3600_000).getUTCFullYear())
  const numbers = shallowRef<Chapter<Certificate>[]>([])
  const seals = shallowRef<Chapter<Schema<'SealUse'>>[]>([])
  const register = useRows<Certificate>(
    (cursor) => api.get('/mp/v1/committee/certificates/register', { query: { organisation_id: organisation(), year: year.value, cursor, limit: 50 } }),
    numbers,
    () => `register.${organisation()}.${year.value}`,
  )
  const uses = useRows<Schema<'SealUse'>>((cursor) => api.get('/mp/v1/committee/seal-uses', { query: { organisation_id: organisation() || undefined, cursor, limit: 50 } }), seals, () => `seals.${organisation()}`)
  const last = year.value

  async function turn(to: number): Promise<void> {
    year.value = Math.min(last, Math.max(FIRST_YEAR, to))
    numbers.value = []
    await register.restart()
  }

  return { year, register, uses, turn, isFirst: computed(() => year.value <= FIRST_YEAR), isLast: computed(() => year.value >= last) }
}
