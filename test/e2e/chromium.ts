import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { TestPlatform } from '#core/testing/index.ts'
import { chromiumProgram } from './chromium-program.mjs'

export { noChromium } from './chromium-program.mjs'

/** Quiet, and without a word to the network. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The address the platform believes to have; the browser finds it wherever the test listens. */
export const publicUrl = 'http://localhost:8000'

/** Opens the door of a platform to one browser of its own. */
export async function openBrowser(platform: TestPlatform): Promise<Browser> {
  const address = new URL(await platform.app.listen({ host: '127.0.0.1', port: 0 }))
  return chromium.launch({
    executablePath: chromiumProgram,
    args: [...flags, `--host-resolver-rules=MAP localhost:8000 ${address.host}`],
  })
}

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page complained of: errors in its console, violated policy, exceptions. */
  readonly complaints: readonly string[]
}

/** Somebody with a language, a screen and a scheme of colours. */
export async function visit(
  t: Test,
  browser: Browser,
  o: { language?: 'de-DE' | 'en-GB'; colours?: 'light' | 'dark'; width?: number } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    locale: o.language ?? 'en-GB',
    colorScheme: o.colours ?? 'light',
    viewport: { width: o.width ?? 1280, height: 900 },
    reducedMotion: 'reduce',
  })
  t.teardown(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  return { page, context, complaints }
}

/** Through the sign-in page of the platform, as a person does it. */
export async function signIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.locator('input[name=email]').fill(who.email)
  await page.locator('input[name=password]').fill(who.password)
  await page.locator('button').first().click()
}

/** Violations of WCAG on the page once it has come to rest, in words: what fades in has little contrast meanwhile. */
export async function violations(page: Page): Promise<string[]> {
  // As a text: this side of the test knows no document.
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity).map(({ finished }) => finished))
    .then(() => undefined)`)
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
