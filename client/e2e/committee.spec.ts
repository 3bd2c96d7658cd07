/** The committee on the phone: a pile worked off in one sitting, a place kept, 3,000 rows, two clerks on one text. */
import type { Page, Route } from '@playwright/test'
import { hasNoViolations } from './harness/axe'
import { expect, open, settled, test } from './harness/fixtures'
import { logIn, PHONES, PIN } from './harness/people'

const INBOX = 'pages/committee/inbox'
const ROWS = 3000
const WAITING = 4
const TEXT = '兹证明该村民自2019年起一直居住在本村三组，至今仍在此居住。'
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

/** A row as the server's inbox gives it. */
const row = (place: number) => ({
  id: `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`,
  state: 'submitted', state_name: '待认领', title: `居住情况证明 ${place}`, holder_name: '欧***', is_mine: false,
  organisation_name: '柏树村村民委员会', submitted_at: '2026-11-20T09:00:00+08:00', updated_at: '2026-11-20T09:00:00+08:00',
  step_due_at: '2099-11-26T17:30:00+08:00', due_provisional: place % 3 === 0, overdue: false, urged: place % 5 === 0, escalated: false,
  claimed_by_post: null, claimed_by_me: false, necessity_open: false, due_words: '', who_has_it: '', certificate_number: null,
})

async function manyRows(page: Page): Promise<void> {
  await page.route('**/mp/v1/committee/inbox?*', (route: Route) => {
    const asked = new URL(route.request().url()).searchParams
    const [from, limit] = [Number(asked.get('cursor') ?? 0), Number(asked.get('limit') ?? 20)]
    const items = Array.from({ length: Math.min(limit, ROWS - from) }, (_, index) => row(from + index + 1))
    return route.fulfill({ json: { items, next_cursor: from + limit < ROWS ? String(from + limit) : null } })
  })
}

const mounted = (page: Page) => page.getByRole('list', { name: '申请' }).getByRole('listitem')

/** Applications of the worker that wait for the approver's signature. */
async function wait(pieces: number): Promise<string[]> {
  const [worker, clerk] = [await logIn(PHONES.worker), await logIn(PHONES.clerk)]
  const me = await clerk.get<{ roles: { organisation_id: string }[] }>('/mp/v1/me')
  const ids: string[] = []
  for (let piece = 1; piece <= pieces; piece++) {
    const facts = { organisation_id: me.roles[0]!.organisation_id, title: '居住情况证明', item_code: 'residence', purpose: `第${piece}回入职`, receiver: `远方${Date.now()}公司`, receiver_in_city: false, words: '我一直住在村里的老屋' }
    const { id } = await worker.post<{ id: string }>('/mp/v1/applications', facts)
    await worker.post(`/mp/v1/applications/${id}/submit`, { confirm_duplicate: true })
    ids.push(id)
  }
  return ids
}

async function forwarded(pieces: number): Promise<string[]> {
  const clerk = await logIn(PHONES.clerk)
  const ids = await wait(pieces)
  for (const id of ids) {
    const path = `/mp/v1/committee/applications/${id}`
    const claimed = await clerk.post<{ row_version: number }>(`${path}/claim`, {})
    const edited = await clerk.put<{ row_version: number }>(`${path}/text`, { text: TEXT, row_version: claimed.row_version })
    await clerk.post(`${path}/forward`, { row_version: edited.row_version })
  }
  return ids
}

/** A short document is read to its end as soon as it is there; a longer one is scrolled. */
async function readToEnd(page: Page): Promise<void> {
  const [toEnd, sign] = [page.getByRole('button', { name: '请看到最后，再签批' }), page.getByRole('button', { name: '签批并用印' })]
  await expect(toEnd.or(sign)).toBeVisible()
  if (await toEnd.isVisible()) await toEnd.click()
}

test('3,000 rows: at most 60 stand on the page, the last is reached, and coming back finds the place', async ({ clerk: { page } }) => {
  test.setTimeout(120_000)
  await manyRows(page)
  await open(page, INBOX)
  await expect(mounted(page).first()).toBeVisible()
  let most = 0
  for (let turn = 0; turn < 400; turn++) {
    most = Math.max(most, await mounted(page).count())
    if (await page.getByText(`到底了，共 ${ROWS} 件`).isVisible()) break
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    await page.waitForTimeout(60)
  }
  await expect(page.getByText(`到底了，共 ${ROWS} 件`)).toBeVisible()
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  await expect(page.getByText(`居住情况证明 ${ROWS} ·`)).toBeVisible()
  expect(most).toBeLessThanOrEqual(60)
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2))
  await page.waitForTimeout(300)
  const middle = await page.evaluate(() => window.scrollY)
  expect(await mounted(page).count()).toBeLessThanOrEqual(60)
  await page.getByRole('button', { name: '已出证明' }).click()
  await settled(page)
  await page.getByRole('button', { name: '收件箱' }).click()
  await expect(mounted(page).first()).toBeVisible()
  await expect.poll(async () => Math.abs((await page.evaluate(() => window.scrollY)) - middle)).toBeLessThan(400)
})

test('a keyboard walks down a long list without falling into a gap', async ({ clerk: { page } }) => {
  await manyRows(page)
  await open(page, INBOX)
  const first = page.getByRole('button', { name: /^居住情况证明 1 / })
  await first.focus()
  for (let key = 0; key < 60; key++) await page.keyboard.press('Tab')
  const reached = await page.evaluate(() => document.activeElement?.textContent ?? '')
  expect(reached).toMatch(/居住情况证明 31|认领/)
})

test('an approver works off the pile in one sitting, each one opened and read to its end', async ({ approver: { page, api } }) => {
  test.setTimeout(120_000)
  const ids = await forwarded(WAITING)
  const { items } = await api.get<{ items: { id: string }[] }>('/mp/v1/committee/inbox?tab=to_sign&limit=100')
  const first = items.findIndex((one) => one.id === ids[0])
  await open(page, `pages/committee/approve?id=${ids[0]}`)
  for (let piece = 0; piece < WAITING; piece++) {
    await expect(page.getByRole('heading', { level: 1, name: `第 ${first + piece + 1} 件/共 ${items.length} 件` })).toBeVisible()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await readToEnd(page)
    await press(page, '签批并用印')
    await page.getByLabel('签批密码（6 位数字）').fill(PIN)
    await page.getByRole('dialog').getByRole('button', { name: '签批并用印' }).click()
    await expect(page.getByRole('alert').filter({ hasText: '已签批' })).toBeVisible()
    if (piece < WAITING - 1) await press(page, '下一件')
  }
  await expect(page.getByText('已出具').first()).toBeVisible({ timeout: 15_000 })
})

test('what changed after it was read is not signed but read again', async ({ approver: { page } }) => {
  const [id] = await forwarded(1)
  await open(page, `pages/committee/approve?id=${id}`)
  await expect(page.getByText(TEXT)).toBeVisible()
  await page.route(`**/applications/${id}/approve`, async (route) => {
    const body = route.request().postDataJSON()
    await route.continue({ postData: JSON.stringify({ ...body, digest: '0'.repeat(64) }) })
  })
  await readToEnd(page)
  await press(page, '签批并用印')
  await hasNoViolations(page)
  await page.getByLabel('签批密码（6 位数字）').fill(PIN)
  await page.getByRole('dialog').getByRole('button', { name: '签批并用印' }).click()
  await expect(page.getByRole('alert').filter({ hasText: '内容有变化，请重新看一遍' })).toBeVisible()
})

test('two clerks on one text: the second sees the first’s words and keeps their own', async ({ clerk: { page, api } }) => {
  const [id] = await wait(1)
  const path = `/mp/v1/committee/applications/${id}`
  await api.post(`${path}/claim`, {})
  await open(page, `pages/committee/edit?id=${id}`)
  await page.getByLabel('证明正文').fill('我写的正文，情况属实。')
  const seen = await api.get<{ row_version: number }>(path)
  await api.put(`${path}/text`, { text: '另一部手机上写的正文。', row_version: seen.row_version })
  await press(page, '保存正文')
  await expect(page.getByRole('alert').filter({ hasText: '别人刚改了这份正文' })).toBeVisible()
  await hasNoViolations(page)
  await expect(page.getByLabel('证明正文')).toHaveValue('我写的正文，情况属实。')
  await press(page, /^用我写的/)
  await press(page, '保存正文')
  await settled(page)
  expect((await api.get<{ text: string }>(path)).text).toBe('我写的正文，情况属实。')
})
