import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { daysFault, todayIn, useAbsence } from '@/features/absence/useAbsence'
import { logIn, office, problem, type Office } from '../handling/office'

vi.mock('vue', async (original) => ({ ...(await original<typeof import('vue')>()), onUnmounted: () => undefined }))

const role = (facts = {}) => ({ id: 'g1', organisation_id: 'v1', organisation_name: '柏树村', role: 'approver', post: '主任', in_force: true, acting: false, ...facts })
const grant = { id: 'g9', post: '副主任', name: '陈*', starts_on: '2026-11-25', ends_on: '2026-11-30' }

let server: Office
beforeEach(async () => {
  server = await office({
    'GET /mp/v1/absences': [200, { items: [] }],
    'GET /mp/v1/staff/roles': [200, { items: [role()] }],
    'GET /mp/v1/absences/candidates': [200, { items: [{ account_id: 'p2', name: '陈*', post: '副主任' }] }],
    'POST /mp/v1/absences': [201, grant],
    'POST /mp/v1/absences/acting-approvers': [201, grant],
  })
  logIn([{ role: 'approver', organisation_id: 'v1' }])
})
afterEach(() => server.close())

describe('the days of an absence', () => {
  it.each([
    ['', '', '请选择'],
    ['2026-11-23', '2026-11-24', '不能早于今天'],
    ['2026-11-25', '2026-11-24', '不能早于第一天'],
    ['2026-11-24', '2027-05-23', '最长 180 天'],
  ])('%s to %s', (from, to, words) => expect(daysFault(from, to, '2026-11-24')).toContain(words))

  it('may be one day, and 180', () => {
    expect([daysFault('2026-11-24', '2026-11-24', '2026-11-24'), daysFault('2026-11-24', '2027-05-22', '2026-11-24')]).toEqual(['', ''])
  })

  it('begin today as it is in Beijing', () => {
    expect(todayIn(Date.parse('2026-11-24T17:00:00Z'))).toBe('2026-11-25')
  })
})

describe('naming a deputy', () => {
  it('is for one’s own post, once for two taps', async () => {
    const absence = useAbsence()
    await absence.load()
    absence.deputy.value = 'p2'
    absence.to.value = absence.from.value
    expect(await Promise.all([absence.name(), absence.name()])).toEqual([true, false])
    expect(server.sent('POST /mp/v1/absences')).toEqual([{ account_id: 'p2', starts_on: absence.from.value, ends_on: absence.from.value, grant_id: 'g1' }])
  })

  it('asks for what is missing before it asks the server', async () => {
    const absence = useAbsence()
    await absence.load()
    expect(await absence.name()).toBe(false)
    expect(Object.keys(absence.faults.value)).toEqual(['deputy', 'days'])
    expect(server.sent('POST /mp/v1/absences')).toEqual([])
  })

  it('is the town’s for a village without an approver', async () => {
    server.answers('GET /mp/v1/staff/roles', [200, { items: [role({ id: 'g5', role: 'town_reviewer' })] }])
    const absence = useAbsence()
    await absence.load()
    await absence.choose({ village: { id: 'v7', name: '晨光村' } })
    absence.deputy.value = 'p2'
    absence.to.value = absence.from.value
    await absence.name()
    expect(server.sent('POST /mp/v1/absences/acting-approvers')[0]).toMatchObject({ organisation_id: 'v7', account_id: 'p2' })
    expect(server.asked.some((one) => one.path.includes('candidates?organisation_id=v7'))).toBe(true)
  })

  it('that the server refuses says why and keeps what was chosen', async () => {
    server.answers('POST /mp/v1/absences', problem(409, 'overlaps', '这几天已经有人代行'))
    const absence = useAbsence()
    await absence.load()
    absence.deputy.value = 'p2'
    absence.to.value = absence.from.value
    expect(await absence.name()).toBe(false)
    expect([absence.naming.problem.value?.message, absence.deputy.value]).toEqual(['这几天已经有人代行', 'p2'])
  })

  it('ends early, and the list says so', async () => {
    server.answers('GET /mp/v1/absences', [200, { items: [grant] }], [200, { items: [] }])
    server.answers('POST /mp/v1/absences/g9/end', [200, grant])
    const absence = useAbsence()
    await absence.load()
    expect(await absence.end('g9')).toBe(true)
    expect(absence.arranged.data.value?.items).toEqual([])
  })
})
