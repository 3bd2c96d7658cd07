/** Opening the web app: words before any script, installing, and what remains without a network. */
import { expect, open, test } from './harness/fixtures'
import { overhang } from './harness/axe'
import { url } from './harness/people'

test('words stand before any script has come', async ({ hand }) => {
  const { page, guard } = await hand(undefined, { serviceWorkers: 'block' })
  guard.expect(/ERR_FAILED/)
  await page.route('**/*.js', (route) => route.abort())
  await page.goto(`${url()}/m/`, { waitUntil: 'commit' })
  await expect(page.getByRole('heading', { name: '掌上证' })).toBeVisible()
  await expect(page.getByText('正在打开…')).toBeVisible()
  expect(await overhang(page)).toBe(0)
})

test('who has no scripts is told what to do', async ({ hand }) => {
  const { page } = await hand(undefined, { javaScriptEnabled: false })
  await page.goto(`${url()}/m/`)
  await expect(page.locator('noscript p')).toBeVisible()
  await expect(page.locator('noscript p')).toContainText('请在浏览器设置里允许 JavaScript')
})

test('the first page replaces them', async ({ stranger: { page } }) => {
  await open(page, '')
  await expect(page.getByText('正在打开…')).toHaveCount(0)
  expect((await page.locator('#app').innerText()).trim()).not.toBe('')
})

test('the app can be put on the home screen', async ({ stranger: { page } }) => {
  await open(page, '')
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]')!
    return (await fetch(link.href)).json()
  })
  expect(manifest).toMatchObject({ name: '掌上证', start_url: '/m/', scope: '/m/', display: 'standalone' })
  for (const { src, sizes } of manifest.icons.filter((icon: { type: string }) => icon.type === 'image/png')) {
    const measured = await page.evaluate(async (address) => {
      const picture = await createImageBitmap(await (await fetch(address)).blob())
      return `${picture.width}x${picture.height}`
    }, src)
    expect(measured).toBe(sizes)
  }
  await page.evaluate(() => navigator.serviceWorker.ready)
})

test('without a network it opens again, and keeps nothing of the API', async ({ worker: { page, context, guard } }) => {
  guard.expect(/ERR_INTERNET_DISCONNECTED/)
  await open(page, '')
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.reload()
  await guard.quiet()
  await context.setOffline(true)
  await page.reload()
  await expect(page.locator('#shell')).toHaveCount(0)
  const kept = await page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)))
    const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat()
    return requests.map((request) => new URL(request.url).pathname)
  })
  expect(kept).toContain('/m/')
  expect(kept.filter((path) => !path.startsWith('/m/'))).toEqual([])
})
