import { beforeEach, describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import { useRows, type Chapter } from '@/features/inbox/rows'
import { Problem } from '@/problem'
import { phoneAt } from '../core/phone'

interface Row { id: string; version?: number }

const SIZE = 3
/** A server with keyset pages: a cursor is the last row's id. */
function serverOf(rows: Row[]) {
  const state = { rows, asked: [] as (string | undefined)[], down: false }
  const load = async (cursor: string | undefined) => {
    state.asked.push(cursor)
    if (state.down) throw Problem.of('offline')
    const from = cursor === undefined ? 0 : state.rows.findIndex((row) => row.id > cursor)
    const items = from < 0 ? [] : state.rows.slice(from, from + SIZE)
    const last = items.at(-1)
    return { items, next_cursor: last && state.rows.at(-1) !== last ? last.id : null }
  }
  return { state, load }
}

const rowsOf = (letters: string) => [...letters].map((id) => ({ id }))
const ids = (rows: readonly Row[]) => rows.map((row) => row.id).join('')

beforeEach(() => phoneAt('http://127.0.0.1'))

describe('a list that keeps its place', () => {
  it('reads page after page, and a second call while one runs reads nothing twice', async () => {
    const { state, load } = serverOf(rowsOf('abcdefgh'))
    const list = useRows(load)
    await list.refresh()
    await Promise.all([list.more(), list.more()])
    await list.more()
    await list.more()
    expect(ids(list.items.value)).toBe('abcdefgh')
    expect(list.hasMore.value).toBe(false)
    expect(state.asked).toHaveLength(3)
  })

  it('keeps the later pages when the first is read again, and shows no row twice', async () => {
    const { state, load } = serverOf(rowsOf('abcdefgh'))
    const list = useRows(load)
    await list.refresh()
    await list.more()
    state.rows = rowsOf('cdefgh')
    await list.refresh()
    expect(ids(list.items.value)).toBe('cdef')
    await list.more()
    expect(ids(list.items.value)).toBe('cdefgh')
  })

  it('loses none that newer ones pushed down', async () => {
    const { state, load } = serverOf(rowsOf('cdefgh'))
    const list = useRows(load)
    await list.refresh()
    await list.more()
    state.rows = rowsOf('abcdefgh')
    await list.refresh()
    expect(ids(list.items.value)).toBe('abcdefgh')
  })

  it('reads only the page of the row that was opened', async () => {
    const { state, load } = serverOf(rowsOf('abcdefghi'))
    const list = useRows(load)
    await list.refresh()
    await list.more()
    await list.more()
    state.asked = []
    state.rows = state.rows.filter((row) => row.id !== 'e').map((row) => (row.id === 'd' ? { ...row, version: 2 } : row))
    await list.renew('e')
    expect(state.asked).toEqual(['c'])
    expect(ids(list.items.value)).toBe('abcdfghi')
    expect(list.items.value[3]).toEqual({ id: 'd', version: 2 })
  })

  it('lives on in its book when the page is made anew', async () => {
    const book = shallowRef<Chapter<Row>[]>([])
    const { load } = serverOf(rowsOf('abcdef'))
    const first = useRows(load, book)
    await first.refresh()
    await first.more()
    expect(ids(useRows(load, book).items.value)).toBe('abcdef')
  })

  it('shows what the phone remembers when there is no network, and forgets the old once there is', async () => {
    const { state, load } = serverOf(rowsOf('abc'))
    await useRows(load, undefined, 'list').refresh()
    state.down = true
    const later = useRows(load, undefined, 'list')
    await later.refresh()
    expect([ids(later.items.value), later.problem.value?.trouble, later.rememberedAt.value > 0]).toEqual(['abc', 'offline', true])
    state.down = false
    state.rows = rowsOf('xyz')
    await later.refresh()
    expect([ids(later.items.value), later.rememberedAt.value]).toEqual(['xyz', 0])
  })

  it('keeps what it has when a later page fails, and can be asked again', async () => {
    const { state, load } = serverOf(rowsOf('abcdef'))
    const list = useRows(load)
    await list.refresh()
    state.down = true
    await list.more()
    expect([ids(list.items.value), list.hasMore.value, list.problem.value?.trouble]).toEqual(['abc', true, 'offline'])
    state.down = false
    await list.more()
    expect(ids(list.items.value)).toBe('abcdef')
  })
})
