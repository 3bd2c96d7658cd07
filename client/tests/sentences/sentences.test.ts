import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useSentences } from '@/features/sentences/useSentences'
import { logIn, office, problem, type Office } from '../handling/office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const PATH = '/mp/v1/committee/sentences'
const sentence = (id: string, position: number, kind = 'body_text') => ({ id, organisation_id: 'v1', kind, words: `第${id}句`, position, row_version: 1, updated_at: '2026-11-24T10:00:00+08:00' })

let server: Office
beforeEach(async () => {
  server = await office({ [`GET ${PATH}`]: [200, { items: [sentence('s1', 1), sentence('s2', 2), sentence('r1', 1, 'return_reason')] }] })
  logIn()
})
afterEach(() => server.close())

async function opened() {
  const kept = useSentences(() => 'v1')
  await kept.all.reload()
  return kept
}

describe('the sentences a village keeps', () => {
  it('are shown kind by kind', async () => {
    const kept = await opened()
    expect(kept.shown.value.map((one) => one.id)).toEqual(['s1', 's2'])
    kept.kind.value = 'return_reason'
    expect(kept.shown.value.map((one) => one.id)).toEqual(['r1'])
  })

  it('are added to the kind in hand, changed on the version read, put higher, taken away', async () => {
    server.answers(`POST ${PATH}`, [201, sentence('s3', 3)])
    server.answers(`PUT ${PATH}/s2`, [200, sentence('s2', 1)])
    server.answers(`DELETE ${PATH}/s1`, [204, undefined])
    const kept = await opened()
    const [first, second] = kept.shown.value
    await kept.add(' 情况属实。 ')
    await kept.change(second!, '改过')
    await kept.raise(second!)
    expect(await kept.raise(first!)).toBe(false)
    expect(server.sent(`POST ${PATH}`)).toEqual([{ organisation_id: 'v1', kind: 'body_text', words: '情况属实。', position: null }])
    expect(server.sent(`PUT ${PATH}/s2`)).toEqual([
      { words: '改过', position: null, row_version: 1 },
      { words: '第s2句', position: 1, row_version: 1 },
    ])
  })

  it('changed by a colleague a moment ago are read again, and it says so', async () => {
    server.answers(`PUT ${PATH}/s1`, problem(409, 'edited_meanwhile', '别人刚刚改过这一条，请刷新后再改'))
    const kept = await opened()
    server.answers(`GET ${PATH}`, [200, { items: [{ ...sentence('s1', 1), words: '同事改的', row_version: 2 }] }])
    expect(await kept.change(kept.shown.value[0]!, '我改的')).toBe(false)
    expect([kept.problem.value?.code, kept.shown.value[0]?.words]).toEqual(['edited_meanwhile', '同事改的'])
  })

  it('stay in reach without a network', async () => {
    await opened()
    await server.close()
    const later = useSentences(() => 'v1')
    await later.all.reload()
    expect([later.shown.value.length, later.all.problem.value?.trouble]).toEqual([2, 'offline'])
  })
})
