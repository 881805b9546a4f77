import { randomUUID } from 'node:crypto'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { GlobalRole } from '../auth/index.ts'
import { embeddedIssuerName } from '../auth/issuer/issuer.ts'
import type { TestPlatform } from './platform.ts'
import type { TestTenant } from './tenant.ts'

/** Somebody with an account and a session in a browser. */
export interface SignedIn {
  readonly userId: string
  /** What his browser sends: for requests that `call` cannot make, such as an open stream. */
  readonly headers: Readonly<Record<string, string>>
  readonly call: (
    method: NonNullable<InjectOptions['method']>,
    url: string,
    payload?: object,
    headers?: Record<string, string>,
  ) => Promise<LightMyRequestResponse>
}

/** Makes an account with a session, as sign-in does; `at` lets the person in to an organisation. */
export async function signIn(
  platform: TestPlatform,
  o: { globalRole?: GlobalRole; at?: TestTenant } = {},
): Promise<SignedIn> {
  const { people, sessions } = platform.identity
  const { accountId, userId } = await people.createAccount({
    email: `${randomUUID()}@example.org`,
    name: 'Somebody',
    emailVerified: true,
    ...(o.globalRole ? { globalRole: o.globalRole } : {}),
  })
  if (o.at) await o.at.unit((tx) => people.affiliate(tx, userId))
  const session = await sessions.create({ userId, issuer: embeddedIssuerName, subject: accountId })
  const browser = { cookie: `sid=${session}`, 'x-csrf': '1', 'sec-fetch-site': 'same-origin' }
  return {
    userId,
    headers: browser,
    call: (method, url, payload, headers = {}) =>
      platform.app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { ...browser, ...headers },
        ...(payload === undefined ? {} : { payload }),
      }),
  }
}
