import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What may differ between light and dark; all else axe looks at is the same page. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block']

/** Nothing for axe to say, in light and in dark. */
export async function hasNoViolations(page: Page, where = page.url()): Promise<void> {
  expect.soft(await violations(new AxeBuilder({ page })), `${where} (light)`).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect.soft(await violations(new AxeBuilder({ page }).withRules(OF_COLOUR)), `${where} (dark)`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Each violation as one line: rule, element, what is wrong. */
async function violations(axe: AxeBuilder): Promise<string[]> {
  const { violations: found } = await axe.analyze()
  return found.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} — ${node.html.slice(0, 160)} — ${node.failureSummary}`),
  )
}

/** Things to touch that are smaller than 44 × 44 (links inside a sentence are spared, as WCAG 2.5.8 does). */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SELECTOR = 'button, a[href], input:not([type=hidden]), select, textarea, [role=button], [role=tab], [role=switch], [role=link]'
    const inSentence = (element: Element) =>
      element.matches('a') && getComputedStyle(element).display === 'inline' && element.parentElement!.textContent!.trim() !== element.textContent!.trim()
    const hidden = (element: Element) => !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    const size = (element: Element) => {
      // A small box whose label may be touched as well is as large as both.
      const label = element.closest('label') ?? (element.id ? document.querySelector(`label[for="${element.id}"]`) : null)
      const boxes = [element, ...(label ? [label] : [])].map((one) => one.getBoundingClientRect())
      return { width: Math.max(...boxes.map((box) => box.width)), height: Math.max(...boxes.map((box) => box.height)) }
    }
    return [...document.querySelectorAll(SELECTOR)]
      .filter((element) => !hidden(element) && !inSentence(element) && !element.closest('[aria-hidden=true], [inert]'))
      .map((element) => ({ element, ...size(element) }))
      .filter(({ width, height }) => width > 1 && height > 1 && (width < 43.5 || height < 43.5))
      .map(({ element, width, height }) => `${Math.round(width)}×${Math.round(height)} ${element.outerHTML.slice(0, 120)}`)
  })
}

/** How many dots the page is wider than the window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth)
}

/** Looks at the page as somebody sees it whose phone sets all type twice as large. */
export async function atTwiceTheType<T>(page: Page, look: () => Promise<T>): Promise<T> {
  const scale = (value: string) => page.evaluate((wanted) => (document.querySelector('.page') as HTMLElement | null)?.style.setProperty('--scale', wanted), value)
  await scale('2')
  const seen = await look()
  await scale('1')
  return seen
}
