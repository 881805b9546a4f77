import type { Locator, Page } from 'playwright-core'
import type { Test } from 'tap'
import { startTestPlatform, type TestClient, type TestPlatformOptions, type TestTenant } from '#core/testing/index.ts'
import { password, signIn } from '../support/signed-in.ts'
import { noChromium, openBrowser, publicUrl, visit } from './chromium.ts'
import { noticeBot } from './notice-bot.ts'

/** What a version of the notice board asks for. */
export const consent = { actions: ['members.list', 'members.addTag'], hosts: [] }

export interface Club {
  readonly tenant: TestTenant
  readonly admin: TestClient
  readonly userId: string
  readonly who: { readonly email: string; readonly password: string }
  /** Of somebody who holds `role`. */
  readonly session: string
}

/** A platform with the page built, a browser, and clubs with a bot. Ends with the file. */
export async function openPages(t: Test, o: Pick<TestPlatformOptions, 'plugins'> = {}) {
  // A browser walks, on a machine that may have more to do.
  t.setTimeout(240_000)
  if (noChromium) t.comment(noChromium)
  const platform = await startTestPlatform({ bots: [], ...o })
  t.teardown(() => platform.close())
  await platform.app.sites[0]?.freshen()
  const browser = noChromium ? null : await openBrowser(platform)
  t.teardown(() => browser?.close())

  /** A club with three members, a published bot, and somebody who is signed in. */
  async function club(o: { role?: string | null; name?: string; source?: string | null } = {}): Promise<Club> {
    const tenant = await platform.tenant(o.name ?? 'Club')
    const admin = await tenant.admin()
    const email = `${tenant.slug}@example.org`
    const { userId, session } = await signIn(tenant, email)
    const { role = 'makerspace_admin', source = noticeBot() } = o
    if (role) await admin.post('/api/v1/grants', { userId, role })
    for (const lastName of ['Ahlers', 'Behrens', 'Carstens'])
      await admin.post('/api/v1/members', {
        firstName: 'Kim',
        lastName,
        email: `${lastName}@example.org`.toLowerCase(),
      })
    await admin.post('/api/v1/groups', { name: 'Rowing' })
    if (source) {
      const answer = await admin.post('/api/v1/bots', { source })
      if (answer.statusCode !== 201) throw new Error(answer.body)
    }
    // What has happened is told before anybody could react to it.
    await platform.settle()
    return { tenant, admin, userId, session, who: { email, password } }
  }

  /** A page of the bot, for somebody who is signed in; `session: null` arrives at the sign-in page first. */
  async function opened(t: Test, session: string | null, o: Parameters<typeof visit>[2] & { at?: string } = {}) {
    if (!browser) throw new Error('There is no browser')
    const visited = await visit(t, browser, o)
    if (session) await visited.context.addCookies([{ name: 'sid', value: session, url: publicUrl, httpOnly: true }])
    await visited.page.goto(`${publicUrl}${o.at ?? '/bots/notice-board'}`)
    return visited
  }
  return { platform, club, opened }
}

export const pressed = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

/** Says yes where the page asks once more. */
export const confirmed = (page: Page, yes: string) =>
  page.getByRole('dialog').getByRole('button', { name: yes }).click()

export async function shows(page: Page, text: string | RegExp): Promise<true> {
  const there = page.getByText(text).first()
  await there.waitFor({ timeout: 20_000 }).catch(async (cause: unknown) => {
    throw new Error(`"${text}" is not on the page, which says: ${await page.locator('body').innerText()}`, { cause })
  })
  return true
}

/** Where the keyboard goes on: nobody is sent back to the top of the page by what has changed under him. */
export async function focusIsOn(focused: Locator): Promise<true> {
  await focused.and(focused.page().locator(':focus')).waitFor()
  return true
}

/** Nothing hangs over the edge of the screen. */
export const hangsOver = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
