import { randomBytes } from 'node:crypto'
import { createIdentity, type Identity } from '../../auth/index.ts'
import { rows } from '../../auth/platform-rows.ts'
import { MemoryCache } from '../../cache/index.ts'
import type { Platform } from '../../platform.ts'
import { makeOrganization } from '../../tenancy/organizations-file.ts'
import { admit } from '../commands/account-create.ts'
import { commandActor } from '../workshop/open.ts'
import { fillDemo } from './fill-demo.ts'
import { type DemoLogin, keepDemoLogins, knownDemoLogins } from './logins.ts'

const people = [
  { email: 'operator@example.org', name: 'Olga Operator', role: 'super_admin' },
  { email: 'admin@example.org', name: 'Anna Admin', role: 'makerspace_admin' },
  { email: 'viewer@example.org', name: 'Viktor Viewer', role: 'admin' },
  { email: 'maker@example.org', name: 'Mara Maker', role: 'maker' },
] as const

/**
 * The organisation `demo` with people, groups and plans in it, and logins for its roles. What is there already is left
 * alone, so that it can be called again at any time.
 */
export async function seedDemo(
  platform: Platform,
  o: { identity?: Identity; note: (message: string) => void },
): Promise<{ id: string; logins: readonly DemoLogin[] }> {
  const { runtime, config } = platform
  if (config.environment === 'production')
    throw new Error('The demo prints its logins, so it is refused in production.')
  const own = o.identity ? null : await identityFor(platform)
  const identity = o.identity ?? (own as Identity)
  try {
    const [there] = await rows<{ id: string }>(
      runtime.database.platform,
      "SELECT id FROM core.tenant WHERE slug = 'demo'",
    )
    const { id } =
      there ??
      (await makeOrganization(
        runtime,
        { slug: 'demo', name: 'Demo Makerspace', settings: { locale: 'en-GB', timeZone: 'Europe/Berlin' } },
        { actor: commandActor },
      ))
    if (!there) o.note('Made the organisation demo.')
    const logins = identity.embedded ? await makeLogins(platform, identity, id) : []
    await fillDemo(platform, identity, id, o.note)
    return { id, logins }
  } finally {
    await own?.stop()
  }
}

async function makeLogins(platform: Platform, identity: Identity, tenantId: string): Promise<readonly DemoLogin[]> {
  const known = (await knownDemoLogins(platform)) ?? []
  const made: DemoLogin[] = []
  for (const { email, name, role } of people) {
    const password = randomBytes(9).toString('base64url')
    const [account] = await rows(
      platform.runtime.database.platform,
      'SELECT 1 FROM core.account WHERE email_key = $1',
      [email],
    )
    if (account) {
      const kept = known.find((login) => login.email === email)
      if (kept) made.push(kept)
      continue
    }
    const globalRole = role === 'super_admin' ? role : undefined
    const { userId } = await identity.people.createAccount({
      email,
      name,
      password,
      emailVerified: true,
      ...(globalRole ? { globalRole } : {}),
    })
    await admit({ ...platform, platform, identity }, tenantId, userId, globalRole ? undefined : role)
    made.push({ email, name, password, role })
  }
  await keepDemoLogins(platform, made)
  return made
}

/** Before the door is open; the one that serves is made with the address that was really taken. */
export async function identityFor({ runtime, config }: Platform): Promise<Identity> {
  return createIdentity({
    platform: runtime.database.platform,
    cache: new MemoryCache(),
    sealer: runtime.sealer,
    log: runtime.log,
    clock: runtime.clock,
    publicUrl: config.server.publicUrl || `http://localhost:${config.server.port}`,
    dataDir: config.dataDir,
    environment: config.environment,
    settings: config.identity,
    describeAccess: (principal, tenantId) => runtime.access.of(tenantId, principal),
  })
}
