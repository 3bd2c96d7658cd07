/** A person who uses only the keyboard: goes by Tab from name to name, as a screen reader says them, and presses. */
import { expect, type Page } from '@playwright/test'

const MOST_STOPS = 160

export class Keys {
  constructor(private readonly page: Page) {}

  /** Tabs until what has the focus is called so. */
  async to(name: string | RegExp): Promise<void> {
    const heard: string[] = []
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      const now = await this.focused()
      if (typeof name === 'string' ? now === name : name.test(now)) return
      heard.push(now)
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`只用键盘走不到“${name}”，走过：${[...new Set(heard)].join(' | ')}`)
  }

  async press(name: string | RegExp): Promise<void> {
    await this.appears(name)
    await this.to(name)
    await this.page.keyboard.press('Enter')
  }

  async fill(name: string | RegExp, words: string): Promise<void> {
    await this.appears(name)
    await this.to(name)
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.insertText(words)
  }

  /** A radio button: its group by Tab, the one by arrows, as browsers have it. */
  async choose(words: string): Promise<void> {
    await expect(this.page.getByRole('radio').first()).toBeEnabled()
    for (let stop = 0; stop < MOST_STOPS && !(await this.onRadio()); stop++) await this.page.keyboard.press('Tab')
    for (let step = 0; step < MOST_STOPS; step++) {
      if ((await this.focused()).startsWith(words)) return this.page.keyboard.press('Space')
      await this.page.keyboard.press('ArrowDown')
    }
    throw new Error(`没有“${words}”这一项`)
  }

  private onRadio(): Promise<boolean> {
    return this.page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.type === 'radio')
  }

  /** Waits as somebody who listens would: until it is there and may be used. */
  private async appears(name: string | RegExp): Promise<void> {
    const called = { name, ...(typeof name === 'string' ? { exact: true } : {}) } as const
    const found = this.page.getByRole('button', called).or(this.page.getByRole('textbox', called)).or(this.page.getByRole('searchbox', called))
    await expect(found.first()).toBeEnabled()
  }

  private focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null
      if (!element || element === document.body) return ''
      const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent
      return (label ?? '').trim()
    })
  }
}
