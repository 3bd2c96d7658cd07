import { beforeEach, describe, expect, it } from 'vitest'
import { firstTab, officesOf, rolesHeld, tabsFor } from '@/features/inbox/roles'
import { kindOf } from '@/features/inbox/useSearch'
import { rememberMe } from '@/session'
import { phoneAt } from '../core/phone'

const TABS = ['unclaimed', 'mine', 'to_sign', 'overdue', 'returned', 'done'].map((key) => ({ key, count: key === 'done' ? null : 0 as number | null }))
const held = (roles: [string, string][]) =>
  rememberMe({ roles: roles.map(([role, organisation_id]) => ({ role, organisation_id, post: '' })), acts_for: [], person: null, account: { id: 'a' } } as never)

beforeEach(() => phoneAt('http://127.0.0.1'))

describe('several roles in one person', () => {
  it('are told apart, each with its own tabs and offices', () => {
    held([['approver', 'v1'], ['clerk', 'v2'], ['clerk', 'v1'], ['counter', 'hall']])
    expect(rolesHeld()).toEqual(['clerk', 'approver'])
    expect([officesOf('clerk'), officesOf('approver'), officesOf()]).toEqual([['v2', 'v1'], ['v1'], ['v1', 'v2']])
    expect(tabsFor('approver', TABS).map((tab) => tab.key)).toEqual(['to_sign', 'overdue', 'returned', 'done'])
    expect(tabsFor('clerk', TABS).map((tab) => tab.key)).toEqual(['unclaimed', 'mine', 'overdue', 'returned', 'done'])
  })

  it('begin where something waits', () => {
    const waiting = TABS.map((tab) => (tab.key === 'mine' ? { ...tab, count: 3 } : tab))
    expect(firstTab('clerk', waiting)).toBe('mine')
    expect(firstTab('clerk', TABS)).toBe('unclaimed')
    expect(firstTab('approver', TABS)).toBe('to_sign')
    expect(firstTab(undefined, [])).toBe('unclaimed')
  })
})

describe('what is searched for', () => {
  it.each([
    ['欧阳春燕', 'name'],
    ['阿依古丽·买买提', 'name'],
    ['42122419880612401X', 'id_number'],
    ['421224 19880612 401x', 'id_number'],
    ['黄柏树村证〔2026〕7号', 'certificate_number'],
  ])('%s', (words, kind) => expect(kindOf(words)).toBe(kind))
})
