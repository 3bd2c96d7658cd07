import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyDraft, NO_FIELDS, type Fields } from '@/features/apply/drafts'
import { merge } from '@/features/apply/merging'
import { firstOpen, lacking, STEPS, stepOfField, stepsFor } from '@/features/apply/steps'
import { toGcj02 } from '@/platform/location'
import { phoneAt } from '../core/phone'
import { json, serve, type TestServer } from '../core/server'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))
const place = vi.hoisted(() => ({ why: '' as '' | 'refused' | 'unavailable' }))
vi.mock('@/platform/location', async (original) => {
  const real = await original<typeof import('@/platform/location')>()
  return {
    ...real,
    locate: async () => {
      if (place.why) throw new real.NotLocated(place.why)
      return { latitude: 29.6, longitude: 114.5 }
    },
  }
})

const fields = (some: Partial<Fields>): Fields => ({ ...NO_FIELDS, ...some })

describe('putting two versions together', () => {
  it('takes from each what it alone changed', () => {
    const merged = merge(fields({ words: '原', purpose: '原' }), fields({ words: '我改', purpose: '原' }), fields({ words: '原', purpose: '他改' }))
    expect(merged).toEqual({ fields: fields({ words: '我改', purpose: '他改' }), clashes: [] })
  })
  it('the same change on both is no clash; a blank at the end is no change', () => {
    expect(merge(fields({ words: '原' }), fields({ words: '改' }), fields({ words: '改' })).clashes).toEqual([])
    expect(merge(fields({ words: '原 ' }), fields({ words: '原 又写' }), fields({ words: '原' }))).toEqual({ fields: fields({ words: '原 又写' }), clashes: [] })
  })
  it('what one emptied and the other wrote on is asked', () => {
    expect(merge(fields({ words: '原' }), fields({ words: '' }), fields({ words: '原来如此' })).clashes).toHaveLength(1)
  })
})

describe('the questions', () => {
  const draft = emptyDraft('k')
  it('a first open question is found, and nothing but the review is left when all are answered', () => {
    expect(firstOpen(draft, STEPS)).toBe('village')
    const full = { ...draft, village: { id: 'v', name: '', place: '', contact: null }, fields: fields({ title: '甲', purpose: '乙', receiver: '丙', in_city: 'yes', words: '丁' }) }
    expect(firstOpen(full, STEPS)).toBe('review')
  })
  it('who is asked only of those who act for others', () => {
    expect([stepsFor(false).includes('who'), stepsFor(true)[0]]).toEqual([false, 'who'])
  })
  it('a telephone may be left out, but not be wrong; a title of 31 characters is too long, rare ones count once', () => {
    expect(lacking('phone', draft)).toBe('')
    expect(lacking('phone', { ...draft, fields: fields({ contact_phone: '138' }) })).not.toBe('')
    expect(lacking('what', { ...draft, fields: fields({ title: '𬭎'.repeat(30) }) })).toBe('')
    expect(lacking('what', { ...draft, fields: fields({ title: '𬭎'.repeat(31) }) })).toContain('30')
  })
  it('a fault of the server leads to its question', () => {
    expect(['receiver', 'contact_phone', 'organisation_id', 'else'].map(stepOfField)).toEqual(['receiver', 'phone', 'village', 'review'])
  })
})

describe('where the phone is', () => {
  it.each([
    [31.1774276, 121.5272106, 31.17530398, 121.53154186],
    [22.543847, 113.912316, 22.54079613, 113.91717648],
  ])('%f, %f in the grid of Chinese maps', (latitude, longitude, north, east) => {
    const shifted = toGcj02({ latitude, longitude })
    expect(shifted.latitude).toBeCloseTo(north, 4)
    expect(shifted.longitude).toBeCloseTo(east, 4)
  })
})

describe('finding a village', () => {
  let server: TestServer
  let empty: (query: URLSearchParams) => boolean
  beforeEach(async () => {
    place.why = ''
    empty = () => false
    server = await serve((asked, response) => {
      const query = new URL(asked.path, 'http://x').searchParams
      json(response, 200, { items: empty(query) ? [] : [{ id: 'v1', name: '柏树村村民委员会' }], next_cursor: null, understood: query.get('address') ? { advice: '按“柏树村”找到' } : null })
    })
    phoneAt(server.origin)
    vi.resetModules()
  })
  afterEach(() => server.close())

  const queries = () => server.asked.map((asked) => Object.fromEntries(new URL(asked.path, 'http://x').searchParams))
  const villages = async () => (await import('@/features/apply/useVillages')).useVillages()

  it('by its name or initials, the home county first', async () => {
    const work = await villages()
    work.words.value = 'bsc'
    await work.search()
    expect(queries()[0]).toMatchObject({ words: 'bsc', suggested: 'true' })
  })

  it('by the address on an ID card, saying what was understood', async () => {
    const work = await villages()
    work.words.value = '湖北省通山县黄沙铺镇柏树村3组12号'
    await work.search()
    expect(queries()[0]).toHaveProperty('address')
    expect(work.understood.value).toContain('柏树村')
  })

  it('what finds nothing as a name is tried as an address', async () => {
    empty = (query) => query.has('words')
    const work = await villages()
    work.words.value = '黄沙铺柏树'
    await work.search()
    expect(work.found.items.value).toHaveLength(1)
  })

  it('a refused position says what to do, and asks the server nothing', async () => {
    place.why = 'refused'
    const work = await villages()
    await work.nearMe()
    expect([work.locationFault.value.includes('没有允许'), server.asked.length]).toEqual([true, 0])
  })

  it('a position goes without an address, and typing lets go of it', async () => {
    const work = await villages()
    await work.nearMe()
    expect(queries()[0]).toMatchObject({ latitude: '29.6', longitude: '114.5' })
    work.typed('白沙')
    expect(work.position.value).toBeNull()
  })

  it('nobody known and nothing typed: no list of a thousand villages', async () => {
    await (await villages()).search()
    expect(server.asked).toHaveLength(0)
  })
})
