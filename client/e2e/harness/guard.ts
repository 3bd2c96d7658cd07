/** What a page does behind its reader's back: requests that leave our origin, complaints on the console. */
import type { BrowserContext, Page, Request } from '@playwright/test'

export class Guard {
  readonly strayed: string[] = []
  readonly complaints: string[] = []
  private readonly underway = new Set<Request>()
  private quietSince = Date.now()
  private readonly expected: RegExp[] = [
    // The app says refusals in its own words; the browser's line about them is no fault of the page.
    /Failed to load resource: the server responded with a status of 4\d\d/,
  ]

  constructor(
    context: BrowserContext,
    private readonly origin: string,
  ) {
    context.on('request', (request) => (this.watch(request.url()), this.underway.add(request)))
    context.on('requestfinished', (request) => this.done(request))
    context.on('requestfailed', (request) => this.done(request))
    context.on('page', (page) => this.listen(page))
  }

  /** A complaint that this test brings about on purpose. */
  expect(complaint: RegExp): void {
    this.expected.push(complaint)
  }

  /** Nothing is on its way, and was not for this long. */
  async quiet(milliseconds = 120): Promise<void> {
    while (this.underway.size > 0 || Date.now() - this.quietSince < milliseconds) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (this.underway.size > 0) this.quietSince = Date.now()
    }
  }

  private done(request: Request): void {
    this.underway.delete(request)
    this.quietSince = Date.now()
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
