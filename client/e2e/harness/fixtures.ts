/** Everybody of the story in a browser of their own, and a test that fails when a page does what it should not. */
import { chromium, expect, test as base, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { ARGUMENTS, CHROMIUM } from '../../playwright.config'
import { film } from './film'
import { Guard } from './guard'
import { Caller, logIn, PHONES, remembered, url, type Who } from './people'

const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
}

/** One person with a phone in the hand. */
export interface Someone {
  page: Page
  context: BrowserContext
  guard: Guard
  /** The same person over the bare API: to prepare and to look things up, never to act in their stead. */
  api: Caller
}

interface Fixtures {
  /** Opens a phone. Without a person nobody is logged in; with a picture its camera sees that. */
  hand: (who?: Who, options?: BrowserContextOptions & { sees?: Buffer }) => Promise<Someone>
  worker: Someone
  clerk: Someone
  approver: Someone
  counter: Someone
  stranger: Someone
}

export const test = base.extend<Fixtures>({
  hand: async ({ browser }, use) => {
    const opened: Someone[] = []
    const browsers: Browser[] = []
    await use(async (who, { sees, ...options } = {}) => {
      const own = sees ? await withCamera(sees) : browser
      if (sees) browsers.push(own)
      const someone = await phoneOf(own, who, { ...options, ...(sees ? { permissions: ['camera'] } : {}) })
      opened.push(someone)
      return someone
    })
    for (const { context } of opened) await context.close()
    for (const own of browsers) await own.close()
    for (const { guard } of opened) {
      expect(guard.strayed, '有请求离开了本站').toEqual([])
      expect(guard.complaints, '控制台有报错').toEqual([])
    }
  },
  worker: async ({ hand }, use) => use(await hand('worker')),
  clerk: async ({ hand }, use) => use(await hand('clerk')),
  approver: async ({ hand }, use) => use(await hand('approver')),
  counter: async ({ hand }, use) => use(await hand('counter')),
  stranger: async ({ hand }, use) => use(await hand()),
})

export { expect }

const guards = new WeakMap<BrowserContext, Guard>()

/** Opens a page of the app by its path and query, and waits until it has words of its own. */
export async function open(page: Page, path: string): Promise<void> {
  // Only what stands before the # loads a page anew.
  if (page.url().startsWith(`${url()}/m/`)) await page.goto('about:blank')
  await page.goto(`${url()}/m/#/${path.replace(/^\//, '')}`)
  await settled(page)
}

/** The shell is gone and nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('#shell')).toHaveCount(0)
  await guards.get(page.context())?.quiet()
}

function withCamera(picture: Buffer): Promise<Browser> {
  const camera = [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film(picture)}`,
  ]
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS, ...camera] })
}

async function phoneOf(browser: Browser, who: Who | undefined, options: BrowserContextOptions): Promise<Someone> {
  const api = who ? await logIn(PHONES[who]) : new Caller(url())
  const origins = who ? [{ origin: url(), localStorage: await remembered(api) }] : []
  const context = await browser.newContext({ ...PHONE, storageState: { cookies: [], origins }, ...options })
  const guard = new Guard(context, url())
  guards.set(context, guard)
  return { page: await context.newPage(), context, guard, api }
}
