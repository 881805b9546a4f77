import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log, Tx } from '@guildhall/sdk'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { Sequelize } from 'sequelize'
import type { Test } from 'tap'
import { v7 as uuidv7 } from 'uuid'
import type { ScryptCost } from '#core/auth/embedded/password-hash.ts'
import { createIdentity, type Identity, type IdentityOptions } from '#core/auth/index.ts'
import { rows } from '#core/auth/platform-rows.ts'
import { type Cache, MemoryCache } from '#core/cache/index.ts'
import { MovableClock } from '#core/clock.ts'
import { connectDatabase, databaseUrls, UnitsOfWork } from '#core/database/index.ts'
import { createLog, createServer } from '#core/http/index.ts'
import { Sealer } from '#core/secrets/index.ts'
import { createTestDatabase, testMasterKey } from '#core/testing/database.ts'
import { quickHashes } from '#core/testing/quick-hashes.ts'
import { coreMigrations } from '#migrations/core/index.ts'

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
export const publicUrl = 'http://localhost:8000'

export interface Fixture {
  readonly platform: Sequelize
  readonly cache: Cache
  readonly clock: MovableClock
  readonly dataDir: string
  organization(slug: string, status?: string): Promise<string>
  /** One unit of work as somebody; gives what the work gives, and whether it said that rights changed. */
  work<R>(tenantId: string, fn: (tx: Tx) => Promise<R>): Promise<R>
  readonly changed: string[]
}

/** A database of one's own, a cache, a clock; no effects but access changes are written. */
export async function fixture(t: Test): Promise<Fixture> {
  const template = await createTestDatabase([coreMigrations])
  const database = connectDatabase(
    databaseUrls({ ownerUrl: template.ownerUrl, masterKey: testMasterKey, roleOwner: template.template }),
    { rw: 2, platform: 4 },
  )
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-identity-'))
  t.teardown(async () => {
    await database.close()
    await template.drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const clock = new MovableClock()
  const changed: string[] = []
  const units = new UnitsOfWork({
    sequelize: database.rw,
    clock,
    writeEffects: async (_transaction, scope, effects) => {
      if (effects.accessChanged) changed.push(scope.tenantId)
      return []
    },
  })
  return {
    platform: database.platform,
    cache: new MemoryCache({ now: () => clock.now().getTime() }),
    clock,
    dataDir,
    changed,
    organization: async (slug, status = 'active') => {
      const id = uuidv7()
      await rows(database.platform, 'INSERT INTO core.tenant (id, slug, name, status) VALUES ($1, $2, $2, $3)', [
        id,
        slug,
        status,
      ])
      return id
    },
    work: (tenantId, fn) => units.run({ tenantId, actor: { kind: 'system', reason: 'test' } }, fn),
  }
}

export const identityOptions = (f: Fixture): IdentityOptions & { scryptCost: ScryptCost } => ({
  ...f,
  sealer: new Sealer(testMasterKey),
  log: silent,
  publicUrl,
  environment: 'test',
  scryptCost: quickHashes,
  describeAccess: async () => ({ roles: ['admin'], permissions: ['members.read'] }),
  settings: { clientId: 'guildhall', audience: 'guildhall-api' },
})

/** Identity with the routes around it on a real server. `/whoami` shows what `authenticate` says. */
export async function serveIdentity(
  t: Test,
  f: Fixture,
  o: Partial<Omit<IdentityOptions, 'settings'>> & { settings?: Partial<IdentityOptions['settings']> } = {},
): Promise<{ identity: Identity; app: FastifyInstance }> {
  const { settings, ...rest } = o
  const given = identityOptions(f)
  const identity = await createIdentity({ ...given, ...rest, settings: { ...given.settings, ...settings } })
  const app = await createServer({
    log: createLog({ level: 'silent' }),
    version: '0',
    publicUrl: rest.publicUrl ?? publicUrl,
    maxLag: 60_000,
  })
  await app.register(identity.plugin)
  const whoami = { config: { open: 'a test' } }
  const answer = async (request: Parameters<Identity['authenticate']>[0]) => ({
    principal: await identity.authenticate(request),
  })
  app.get('/whoami', whoami, answer)
  app.post('/whoami', whoami, answer)
  await app.ready()
  t.teardown(async () => {
    await app.close()
    await identity.stop()
  })
  return { identity, app }
}

/** A browser as far as sign-in needs one: cookies with their paths, forms, redirects. */
export class Browser {
  readonly #app: FastifyInstance
  readonly cookies = new Map<string, { value: string; path: string }>()

  constructor(app: FastifyInstance) {
    this.#app = app
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#send({ method: 'GET', url, headers })
  }

  async post(url: string, body: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#send({
      method: 'POST',
      url,
      payload: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  async submit(url: string, form: Record<string, string>): Promise<LightMyRequestResponse> {
    return this.#send({
      method: 'POST',
      url,
      payload: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  }

  /** Follows redirects while they lead to this platform; gives the last answer. */
  async follow(response: LightMyRequestResponse): Promise<LightMyRequestResponse> {
    let last = response
    for (let i = 0; i < 10; i++) {
      const { location } = last.headers
      if (last.statusCode < 300 || last.statusCode >= 400 || !location) return last
      const { pathname, search, hash } = new URL(String(location), publicUrl)
      last = await this.get(pathname + search + hash)
    }
    throw new Error('Too many redirects')
  }

  async #send(o: { method: 'GET' | 'POST'; url: string; headers: Record<string, string>; payload?: string }) {
    const { pathname, search } = new URL(o.url, publicUrl)
    const cookie = [...this.cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const response = await this.#app.inject({
      ...o,
      url: pathname + search,
      headers: { host: 'localhost:8000', ...(cookie ? { cookie } : {}), ...o.headers },
    })
    for (const line of [response.headers['set-cookie'] ?? []].flat()) this.#keep(line)
    return response
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(name.length + 1)
    const attribute = (key: string) =>
      attributes.find((a) => a.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1)
    const ended = value === '' || attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now()
    if (ended) this.cookies.delete(name)
    else this.cookies.set(name, { value, path: attribute('path') ?? '/' })
  }
}
