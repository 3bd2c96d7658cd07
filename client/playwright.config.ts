import path from 'node:path'
import { defineConfig } from '@playwright/test'

/** Debian's Chromium (or $CHROMIUM) as a small phone, against a demonstration server of this run's own. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking']

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/harness/global-setup.ts',
  outputDir: path.resolve(__dirname, '../build/playwright'),
  timeout: 45_000,
  expect: { timeout: 8_000 },
  workers: Number(process.env.E2E_WORKERS ?? 2),
  // Files side by side, the tests of a file one after the other: everybody of the demonstration is one person.
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    actionTimeout: 8_000,
    navigationTimeout: 15_000,
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: CHROMIUM, args: ARGUMENTS },
  },
})
