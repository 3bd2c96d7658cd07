import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { phoneAt } from './phone'

interface Pages {
  pages: { path: string }[]
  subPackages: { root: string; pages: { path: string }[] }[]
}

let routes: typeof import('@/routes')
let session: typeof import('@/session')

beforeEach(async () => {
  phoneAt('http://127.0.0.1')
  vi.resetModules()
  routes = await import('@/routes')
  session = await import('@/session')
})

function logIn(roles: string[], person: object | null = { id: 'p', name: '王*' }) {
  session.openSession({ access_token: 'a', refresh_token: 'r', expires_in: 900 })
  session.rememberMe({ account: {}, acts_for: [], person, roles: roles.map((role) => ({ role, post: '', organisation_id: '' })) } as never)
}

describe('the route table', () => {
  it('names every page there is, and only those', () => {
    const declared = JSON.parse(readFileSync('src/pages.json', 'utf8')) as Pages
    const pages = [
      ...declared.pages.map((page) => `/${page.path}`),
      ...declared.subPackages.flatMap((pack) => pack.pages.map((page) => `/${pack.root}/${page.path}`)),
    ]
    expect(Object.values(routes.ROUTES).map((one) => one.path).sort()).toEqual(pages.sort())
  })

  it('keeps the main package to the home page', () => {
    const declared = JSON.parse(readFileSync('src/pages.json', 'utf8')) as Pages
    expect(declared.pages.map((page) => page.path)).toEqual(['pages/home/home'])
  })
})

describe('guards', () => {
  it.each([
    ['nothing', null], ['login', 'firstUse'], ['name', 'firstUse'], ['committee', 'firstUse'], ['counter', 'firstUse'],
  ] as const)('a stranger who wants %s is led to %s', (needs, to) => expect(routes.detour(needs)).toBe(to))

  it('whoever has not given a name is asked for it', () => {
    logIn([], null)
    expect([routes.detour('login'), routes.detour('name')]).toEqual([null, 'realName'])
  })

  it.each([
    [['clerk'], ['citizen', 'committee']],
    [['approver', 'counter'], ['citizen', 'committee', 'counter']],
    [['auditor'], ['citizen']],
  ])('%j wears %j', (roles, hats) => {
    logIn(roles)
    expect(routes.hats()).toEqual(hats)
  })

  it('a counter officer is not let into the inbox', () => {
    logIn(['counter'])
    expect([routes.detour('committee'), routes.detour('counter')]).toEqual(['home', null])
  })
})
