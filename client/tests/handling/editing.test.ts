import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { differences, sayDifferences } from '@/features/handling/differences'
import { useEditing } from '@/features/handling/useEditing'
import { fillStorage, memory } from '../core/phone'
import { can, CASE, caseOf, logIn, office, problem, type Office } from './office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const SAVE = `PUT ${CASE}/text`
const KEY = 'zheng.draft.account-1.text.a1'
const BASE = '该户后墙倒塌。'
const clash = problem(409, 'edited_meanwhile', '这件申请刚被改动过，请刷新后核对再保存；您的修改尚未保存')
const file = (facts = {}) => [200, caseOf({ text: BASE, can: can('edit'), ...facts })] as [number, unknown]

let server: Office
beforeEach(async () => {
  server = await office({ [`GET ${CASE}`]: file(), [SAVE]: (body) => [200, caseOf({ text: body.text, row_version: 4, can: can('edit') })] })
  logIn()
})
afterEach(() => server.close())

async function opened() {
  const editing = useEditing(() => 'a1')
  await editing.load()
  return editing
}

describe('changes shown under the text', () => {
  it('are told by words put in and taken out', () => {
    const pieces = differences('该户侧墙倒塌，情况属实。', '该户后墙倒塌，经查看情况属实。')
    expect(pieces.filter((piece) => piece.op !== 'insert').map((piece) => piece.text).join('')).toBe('该户侧墙倒塌，情况属实。')
    expect(pieces.filter((piece) => piece.op !== 'delete').map((piece) => piece.text).join('')).toBe('该户后墙倒塌，经查看情况属实。')
    expect(sayDifferences(pieces)).toBe('加了 4 个字，删了 1 个字')
  })

  it('are none where nothing changed, and count a rare character as one', () => {
    expect(sayDifferences(differences('一样', '一样'))).toBe('')
    expect(sayDifferences(differences('', '𬌎'))).toBe('加了 1 个字')
  })
})

describe('a text being changed', () => {
  it('is saved with the version that was read, and then no longer on the phone', async () => {
    const editing = await opened()
    editing.typed('该户后墙倒塌，情况属实。')
    expect(memory.has(KEY)).toBe(true)
    expect(await editing.save()).toBe(true)
    expect(server.sent(SAVE)).toEqual([{ text: '该户后墙倒塌，情况属实。', row_version: 3 }])
    expect([memory.has(KEY), editing.told.value]).toEqual([false, ''])
  })

  it('outlives the app being killed', async () => {
    ;(await opened()).typed('写到一半')
    expect((await opened()).mine.value).toBe('写到一半')
  })

  it('is not lost to a reload of the page underneath', async () => {
    const editing = await opened()
    editing.typed('写到一半')
    await editing.load()
    expect(editing.mine.value).toBe('写到一半')
  })

  it('says so when the phone has no room to keep it', async () => {
    const editing = await opened()
    fillStorage()
    editing.typed('写到一半')
    expect([editing.kept.value, editing.mine.value]).toEqual([false, '写到一半'])
  })

  it('takes a kept sentence on a line of its own', async () => {
    const editing = await opened()
    editing.append('情况属实。')
    expect(editing.mine.value).toBe(`${BASE}\n情况属实。`)
    editing.typed(' ')
    editing.append('情况属实。')
    expect(editing.mine.value).toBe('情况属实。')
  })
})

describe('somebody else saved meanwhile', () => {
  beforeEach(() => {
    server.answers(`GET ${CASE}`, file(), file({ text: '该户侧墙倒塌。', row_version: 7 }))
    server.answers(SAVE, clash, (body) => [200, caseOf({ text: body.text, row_version: 8, can: can('edit') })])
  })

  it('shows theirs, keeps mine, and saves nothing until it is decided', async () => {
    const editing = await opened()
    editing.typed('该户后墙倒塌，情况属实。')
    expect(await editing.save()).toBe(false)
    expect([editing.theirs.value, editing.mine.value]).toEqual(['该户侧墙倒塌。', '该户后墙倒塌，情况属实。'])
    expect(await editing.save()).toBe(false)
    expect(server.sent(SAVE)).toHaveLength(1)
  })

  it('saves mine over theirs when that is chosen, on the version that was shown', async () => {
    const editing = await opened()
    editing.typed('我的')
    await editing.save()
    editing.choose('mine')
    expect(editing.changes.value.some((piece) => piece.op === 'delete')).toBe(true)
    expect(await editing.save()).toBe(true)
    expect(server.sent(SAVE)[1]).toEqual({ text: '我的', row_version: 7 })
  })

  it('goes on from theirs when that is chosen', async () => {
    const editing = await opened()
    editing.typed('我的')
    await editing.save()
    editing.choose('theirs')
    expect([editing.mine.value, editing.told.value, memory.has(KEY)]).toEqual(['该户侧墙倒塌。', '', false])
  })

  it('does not ask where only something else changed, as an urging', async () => {
    server.answers(`GET ${CASE}`, file(), file({ row_version: 7 }))
    const editing = await opened()
    editing.typed('我的')
    expect(await editing.save()).toBe(true)
    expect(server.sent(SAVE).map((sent) => sent.row_version)).toEqual([3, 7])
    expect([editing.theirs.value, editing.saving.problem.value]).toEqual([null, null])
  })

  it('is found too when the draft was left on the phone overnight', async () => {
    const yesterday = await opened()
    yesterday.typed('我的')
    const today = await opened()
    expect([today.mine.value, today.theirs.value]).toEqual(['我的', '该户侧墙倒塌。'])
  })

  it('forbids saving where the other took the case over', async () => {
    server.answers(`GET ${CASE}`, file({ can: [] }))
    expect((await opened()).mayEdit.value).toBe(false)
  })
})
