import { defineConfig } from '@playwright/test'
import base from '../playwright.config'

/** Photographs are no test: they are asked for by `make screenshots`. */
export default defineConfig({ ...base, testDir: '.', testMatch: 'screenshots.ts', globalSetup: './harness/global-setup.ts', reporter: [['line']], use: { ...base.use, trace: 'off' } })
