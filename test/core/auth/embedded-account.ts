import type { Test } from 'tap'
import { type Browser, fixture, serveIdentity } from './identity-under-test.ts'

export const password = 'correct horse battery staple'
export const sameOrigin = { 'sec-fetch-site': 'same-origin', 'x-csrf': '1' }

/** From the first page to the sign-in form. */
export async function toForm(browser: Browser, returnTo = '/members') {
  const { authorizationUrl } = (await browser.post('/api/v1/auth/login', { returnTo })).json()
  return browser.follow(await browser.get(authorizationUrl))
}
export const actionOf = (html: string) => /action="([^"]+)"/.exec(html)?.[1] ?? ''

export async function signIn(browser: Browser, email: string, word = password, returnTo = '/members') {
  const form = await toForm(browser, returnTo)
  return browser.submit(actionOf(form.body), { email, password: word })
}

/** Goes on from the submitted form to the page behind the sign-in. */
export async function arrive(browser: Browser, response: Awaited<ReturnType<Browser['get']>>) {
  let last = response
  for (let i = 0; i < 6; i++) {
    const location = String(last.headers.location ?? '')
    if (!location.includes('/oidc/') && !location.includes('/api/v1/auth/callback')) return last
    last = await browser.get(location)
  }
  return last
}

/** A platform with one account of the embedded provider: Ada's. */
export async function withAccount(t: Test) {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const made = await identity.people.createAccount({ email: 'ada@example.org', name: 'Ada', password })
  return { f, identity, app, ...made }
}
