import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { createApiToken } from '#core/auth/tokens/api-tokens.ts'
import { loadConfig } from '#core/config/index.ts'
import { createLog } from '#core/http/index.ts'
import { installedPlugins, openPlatform } from '#core/platform.ts'
import { serve } from '#core/serve.ts'
import { createOrganization } from '#core/tenancy/create-organization.ts'
import { createEmptyDatabase } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { freePort } from '../../../support/free-port.ts'

// npm and the compiler take their time on a busy machine.
t.setTimeout(180_000)

const project = resolve(import.meta.dirname, '../../../..')
const compiler = join(project, 'node_modules/ts7/lib/tsc.js')
const run = promisify(execFile)

/** npm as the author has it, without what an outer npm passes down, and never over the network. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
const npm = (cwd: string, ...argv: string[]) =>
  run('npm', [...argv, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd, env: environment })

/** Packs a folder, and tells where the package is. */
async function pack(folder: string, into: string): Promise<string> {
  const { stdout } = await npm(into, 'pack', folder, '--json', '--pack-destination', into)
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>)
  return join(into, packed!.filename)
}

const place = await realpath(await mkdtemp(join(tmpdir(), 'guildhall outside ')))
t.teardown(() => rm(place, { recursive: true, force: true }))
const dataDir = join(place, 'data')
const author = join(place, 'keyring')

// What a registry would hold.
await run(process.execPath, [join(project, 'sdk/build.mjs'), join(place, 'sdk')])
const neighbours = await Promise.all(
  [join(place, 'sdk'), ...['typebox', 'uuid', 'acorn'].map((name) => join(project, 'node_modules', name))].map(
    (folder) => pack(folder, place),
  ),
)

t.test('the author compiles his plugin against the published SDK', async (t) => {
  await cp(join(project, 'test/fixtures/outside-plugin'), author, { recursive: true })
  await npm(author, 'install', '--no-save', ...neighbours)
  await run(process.execPath, [compiler, '-p', author])
  t.ok((await readdir(join(author, 'dist'))).includes('index.d.ts'), 'JavaScript with types')

  await writeFile(
    join(author, 'src/mistake.ts'),
    `import type { Router } from '@guildhall/sdk'
import type { KeyringContext, KeyringPermission } from './routes.ts'
export const mistake = (r: Router<KeyringContext, KeyringPermission>) =>
  r.page({ url: '/x', summary: 'x', schema: {}, access: { requires: 'members.read' }, handler: async () => '' })
`,
  )
  const refused = await run(process.execPath, [compiler, '-p', author]).catch((error: { stdout: string }) => error)
  t.match(refused.stdout, /mistake\.ts.*TS2322.*"members\.read"/s, 'the published types refuse what the source refuses')
  await rm(join(author, 'src/mistake.ts'))
})

t.test('the operator installs it into the data folder, and it serves', async (t) => {
  await mkdir(join(dataDir, 'plugins'), { recursive: true })
  // The plugin's peers are the platform's own; what else it depends on comes with it.
  const [, , uuid] = neighbours
  await npm(
    place,
    'install',
    '--legacy-peer-deps',
    '--prefix',
    join(dataDir, 'plugins'),
    await pack(author, place),
    uuid!,
  )
  t.same((await readdir(join(dataDir, 'plugins/node_modules'))).filter((name) => !name.startsWith('.')).toSorted(), [
    'guildhall-keyring',
    'uuid',
  ])

  const database = await createEmptyDatabase()
  const env = {
    DATABASE_URL: database.ownerUrl,
    GUILDHALL_DATA_DIR: dataDir,
    GUILDHALL_PLUGINS: 'guildhall-keyring',
    PORT: String(await freePort()),
  }
  const config = loadConfig({ env, root: place })
  const log = createLog({ level: 'silent' })
  const platform = await openPlatform({ config, log, working: true })
  const serving = await serve(platform, log)
  t.teardown(async () => {
    await serving.stop()
    await database.drop()
  })
  t.same(
    platform.prepared.applied.filter(({ owner }) => owner === 'keyring').map(({ name }) => name),
    ['0001-keys'],
    'its migration ran',
  )

  const { runtime } = platform
  const around = {
    platformUnits: runtime.platformUnits,
    host: runtime.host,
    context: runtime.context,
    log: runtime.log,
  }
  const organization = async (slug: string) => {
    const bundled = bundledPlugins.map(({ id }) => id)
    const { id } = await createOrganization({ ...around, bundled }, { slug, name: slug })
    const { token } = await runtime.units.run({ tenantId: id, actor: { kind: 'system', reason: 'test' } }, (tx) =>
      createApiToken(tx, { name: 'test', role: 'makerspace_admin' }),
    )
    return async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${serving.address}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return { status: answer.status, body: (await answer.json()) as { id: string; items: unknown[] } }
    }
  }
  const [club, other] = [await organization('club'), await organization('other')]

  const off = await club('GET', '/keys')
  t.match(off, { status: 404, body: { type: '/docs/errors#plugin-not-enabled' } }, 'nobody switched it on')
  const manifest = await club('GET', '/plugins/keyring/manifest')
  t.match(manifest, {
    status: 200,
    body: {
      permissions: [{ id: 'keyring.read' }, { id: 'keyring.write' }],
      events: [{ id: 'keyring.handedOut' }],
      actions: [{ id: 'keyring.count' }],
      migrations: ['0001-keys'],
    },
  })

  t.match(await club('PUT', '/plugins/keyring', { enabled: true, config: { prefix: 'Z' } }), { status: 200 })
  const key = await club('POST', '/keys')
  t.match(key, { status: 201, body: { number: 'Z1', holder: null, version: 1 } })
  t.match(await club('POST', `/keys/${key.body.id}/hand-out`, { holder: 'Ada' }), {
    body: { holder: 'Ada', version: 2 },
  })
  t.match(await club('POST', `/keys/${key.body.id}/hand-out`, { holder: 'Ada', who: 1 }), {
    status: 400,
    body: { errors: [{ pointer: '/who' }] },
  })
  t.equal((await club('GET', '/keys')).body.items.length, 1)

  t.equal((await other('GET', '/keys')).status, 404, 'it is off elsewhere')
  await other('PUT', '/plugins/keyring', { enabled: true })
  t.same((await other('GET', '/keys')).body.items, [], 'and sees nothing of the others')

  await club('PUT', '/plugins/keyring', { enabled: false })
  t.equal((await club('GET', '/keys')).status, 404)
  await club('PUT', '/plugins/keyring', { enabled: true })
  t.equal((await club('GET', '/keys')).body.items.length, 1, 'off and on again loses nothing')
})

t.test('a package that is missing, broken or no plugin stops the boot with what to do', async (t) => {
  const modules = join(dataDir, 'plugins/node_modules')
  const write = async (name: string, source: string) => {
    await mkdir(join(modules, name), { recursive: true })
    await writeFile(join(modules, name, 'package.json'), '{ "type": "module", "exports": "./index.js" }')
    await writeFile(join(modules, name, 'index.js'), source)
  }
  await write('guildhall-broken', "import 'nowhere-to-be-found'")
  await write('guildhall-other', 'export default 1')
  const boot = (name: string) => installedPlugins({ plugins: [name], dataDir })
  await t.rejects(boot('guildhall-absent'), /"guildhall-absent" is not installed.*npm install/)
  await t.rejects(boot('guildhall-broken'), /"guildhall-broken" cannot be loaded.*nowhere-to-be-found/)
  await t.rejects(boot('guildhall-other'), /"guildhall-other" is not a plugin/)
})
