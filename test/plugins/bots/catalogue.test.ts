import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { definePlugin } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { signIn, startTestPlatform } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { botSource, botSpec, published } from '../../support/written-bot.ts'

const folder = await mkdtemp(join(tmpdir(), 'guildhall-bots-'))
t.teardown(() => rm(folder, { recursive: true }))
const written = async (name: string, source: string): Promise<URL> => {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'bot.ts'), source)
  return pathToFileURL(`${join(folder, name)}/`)
}
const gardens = definePlugin({
  id: 'gardens',
  version: '1.0.0',
  sdk: '*',
  title: 'Gardens',
  config: { schema: Type.Object({}) },
  permissions: {},
  bots: [{ source: await written('waterer', botSource(botSpec({ id: 'waterer', permissions: { actions: [] } }))) }],
})
const platform = await startTestPlatform({
  plugins: [...bundledPlugins, gardens],
  bots: [
    { source: await written('shipped', botSource(botSpec({ id: 'shipped', title: 'Shipped' }))) },
    { source: await written('caretaker', botSource(botSpec({ id: 'caretaker', kind: 'system' }))) },
    { source: await written('broken', 'export default 5\n') },
  ],
})
t.teardown(() => platform.close())
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { tenant, admin: await tenant.admin() }
}
const consent = { actions: ['members.get'], hosts: [] }

t.test('bots that come along are in the catalogue, and one that cannot be read hurts nobody', async (t) => {
  const { tenant, admin } = await club()
  const ids = async (): Promise<string[]> =>
    (await admin.get('/api/v1/bots')).json().items.map(({ id }: { id: string }) => id)
  t.same(await ids(), ['shipped', 'waterer'])
  t.match((await admin.get('/api/v1/bots/shipped')).json(), { origin: 'shipped', installed: false, title: 'Shipped' })
  t.match((await admin.get('/api/v1/bots/shipped/versions/1.0.0')).json(), { createdAt: null, source: /defineBot/ })
  await tenant.disable('gardens')
  t.same(await ids(), ['shipped'], 'a bot of a plugin is there where the plugin is on')
})

t.test('a bot that comes along is installed like any other, and its id is taken', async (t) => {
  const { admin } = await club()
  const made = await admin.post('/api/v1/bots/shipped/configure', { consent })
  t.match(made.json(), { installed: true, version: '1.0.0', origin: 'shipped' })
  const taken = await admin.post('/api/v1/bots', { source: botSource(botSpec({ id: 'shipped', version: '9.0.0' })) })
  t.equal(taken.statusCode, 409)
  t.match((await admin.get('/api/v1/bots/shipped/versions')).json().items, [{ version: '1.0.0', origin: 'shipped' }])
})

t.test('a bot of a plugin that is switched off stays installed and is still shown', async (t) => {
  const { tenant, admin } = await club()
  t.equal((await admin.post('/api/v1/bots/waterer/configure', {})).statusCode, 200)
  await tenant.disable('gardens')
  t.match((await admin.get('/api/v1/bots/waterer')).json(), { installed: true, version: '1.0.0' })
})

t.test('a system bot is seen where it is installed, and set by the platform alone', async (t) => {
  const { tenant, admin } = await club()
  t.equal((await admin.get('/api/v1/bots/caretaker')).statusCode, 404)
  t.equal((await admin.post('/api/v1/bots/caretaker/configure', { consent })).statusCode, 404)
  const operator = await signIn(platform, { globalRole: 'super_admin' })
  const made = await operator.call('POST', '/bots/caretaker/configure', { consent }, { 'x-organization': tenant.slug })
  t.equal(made.statusCode, 200, made.body)
  t.match((await admin.get('/api/v1/bots/caretaker')).json(), { kind: 'system', installed: true })
  t.equal((await admin.post('/api/v1/bots/caretaker/configure', { enabled: false })).statusCode, 403)
  t.equal((await admin.delete('/api/v1/bots/caretaker')).statusCode, 403)
})

t.test('of several versions the newest stands first, whatever the order they came in', async (t) => {
  const { admin } = await club()
  for (const version of ['1.10.0', '1.9.0', '2.0.0-beta.2', '2.0.0-beta.11', '1.2.0'])
    await published(admin, { version })
  const versions = (await admin.get('/api/v1/bots/greeter/versions')).json().items
  t.same(
    versions.map(({ version }: { version: string }) => version),
    ['2.0.0-beta.11', '2.0.0-beta.2', '1.10.0', '1.9.0', '1.2.0'],
  )
  const page = (await admin.get('/api/v1/bots/greeter/versions?limit=2&cursor=2.0.0-beta.2')).json()
  t.match(page.items, [{ version: '1.10.0' }, { version: '1.9.0' }])
})
