/** What a page does behind its reader's back: requests that leave our origin, complaints on the console. */
import type { BrowserContext, Page } from '@playwright/test'

export class Guard {
  readonly strayed: string[] = []
  readonly complaints: string[] = []
  private readonly expected: RegExp[] = [
    // The app says refusals in its own words; the browser's line about them is no fault of the page.
    /Failed to load resource: the server responded with a status of 4\d\d/,
  ]

  constructor(
    context: BrowserContext,
    private readonly origin: string,
  ) {
    context.on('request', (request) => this.watch(request.url()))
    context.on('page', (page) => this.listen(page))
  }

  /** A complaint that this test brings about on purpose. */
  expect(complaint: RegExp): void {
    this.expected.push(complaint)
  }

  private watch(address: string): void {
    if (!/^(data|blob|about|chrome-error):/.test(address) && !address.startsWith(`${this.origin}/`)) this.strayed.push(address)
  }

  private listen(page: Page): void {
    page.on('pageerror', (error) => this.complain(String(error.stack ?? error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.complain(`${message.text()} (${message.location().url})`)
    })
    page.on('websocket', (socket) => this.strayed.push(socket.url()))
  }

  private complain(text: string): void {
    if (!this.expected.some((known) => known.test(text))) this.complaints.push(text)
  }
}
