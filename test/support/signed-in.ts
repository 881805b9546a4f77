import { rows } from '#core/auth/platform-rows.ts'
import type { GlobalRole } from '#core/auth/principal.ts'
import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'
import { Browser } from '../core/auth/identity-under-test.ts'

export const password = 'correct horse battery staple'

export interface SignedIn {
  readonly userId: string
  readonly client: TestClient
  /** Value of its cookie `sid`, for a browser. */
  readonly session: string
}

/** An account of the embedded provider, by which somebody could sign in. @returns the id of its user */
export async function createAccount(platform: TestPlatform, email: string, globalRole?: GlobalRole): Promise<string> {
  const { userId } = await platform.identity.people.createAccount({
    email,
    name: 'Somebody',
    password,
    emailVerified: true,
    ...(globalRole ? { globalRole } : {}),
  })
  return userId
}

/** Somebody who belongs to the organisation, signed in as a browser does: account, form, redirects, cookie. */
export async function signIn(
  tenant: TestTenant,
  email: string,
  o: { globalRole?: GlobalRole; belongs?: boolean } = {},
): Promise<SignedIn> {
  const { platform } = tenant
  const userId = await createAccount(platform, email, o.globalRole)
  if (o.belongs ?? true)
    await rows(
      platform.runtime.database.platform,
      'INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2)',
      [tenant.id, userId],
    )
  const session = await sessionOf(platform, email, password)
  if (!session) throw new Error(`${email} cannot sign in`)
  return { userId, session, client: browserOf(tenant, session) }
}

/** What a browser with this session may do, naming the organisation where one is given. */
export const browserOf = (tenant: TestTenant, session: string, o: { named?: boolean } = {}): TestClient =>
  tenant.client(null, {
    cookie: `sid=${session}`,
    'x-csrf': '1',
    'sec-fetch-site': 'same-origin',
    ...((o.named ?? true) && { 'x-organization': tenant.slug }),
  })

/** Goes through the sign-in. Null when address and password do not belong together. */
export async function sessionOf(
  platform: TestPlatform,
  email: string,
  word: string,
  browser = new Browser(platform.app),
): Promise<string | null> {
  const { authorizationUrl } = (await browser.post('/api/v1/auth/login', {})).json()
  const form = await browser.follow(await browser.get(authorizationUrl))
  const action = /action="([^"]+)"/.exec(form.body)?.[1] ?? ''
  let answer = await browser.submit(action, { email, password: word })
  for (let i = 0; i < 6 && /\/oidc\/|\/auth\/callback/.test(String(answer.headers.location)); i++)
    answer = await browser.get(String(answer.headers.location))
  return browser.cookies.get('sid')?.value ?? null
}

/** Chooses the password at the page that a one-time link leads to. */
export async function choosePassword(platform: TestPlatform, link: string, word: string): Promise<void> {
  const { pathname, hash } = new URL(link)
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? ''
  const answer = await new Browser(platform.app).submit(pathname, { token, password: word })
  if (answer.statusCode !== 200) throw new Error(answer.body)
}
