import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { botSource, botSpec, consentTo, installed, published } from '../../support/written-bot.ts'

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = async () => {
  const tenant = await platform.tenant('Club')
  return { tenant, admin: await tenant.admin() }
}
const consent = { actions: ['members.get'], hosts: [] }

t.test('each act asks for its own permission', async (t) => {
  const { tenant, admin } = await club()
  await installed(admin)
  const [reader, author, installer] = [
    await tenant.as({ permissions: ['bots.read'] }),
    await tenant.as({ permissions: ['bots.read', 'bots.publish'] }),
    await tenant.as({ permissions: ['bots.read', 'bots.install', 'members.read'] }),
  ]
  t.equal((await reader.get('/api/v1/bots/greeter')).statusCode, 200)
  for (const who of [reader, author])
    for (const url of ['configure', 'enable', 'disable', 'upgrade', 'rollback'])
      t.equal((await who.post(`/api/v1/bots/greeter/${url}`, {})).statusCode, 403, url)
  t.equal((await author.delete('/api/v1/bots/greeter')).statusCode, 403)
  for (const who of [reader, installer])
    t.equal((await who.post('/api/v1/bots', { source: botSource(botSpec({ version: '2.0.0' })) })).statusCode, 403)
  t.equal((await author.post('/api/v1/bots', { source: botSource(botSpec({ version: '2.0.0' })) })).statusCode, 201)
  t.equal((await reader.get('/api/v1/bots/greeter/versions/1.0.0')).json().source, null)
  t.match((await author.get('/api/v1/bots/greeter/versions/1.0.0')).json().source, /defineBot/)
  t.equal((await installer.post('/api/v1/bots/greeter/disable')).json().enabled, false)
})

t.test('nobody installs, sets, starts or upgrades a bot that may do what he may not do himself', async (t) => {
  const { tenant, admin } = await club()
  const actions = ['members.get', 'members.update']
  const spec = await published(admin, { permissions: { actions } })
  const weak = await tenant.as({ permissions: ['bots.read', 'bots.install', 'members.read'] })
  const refused = await weak.post('/api/v1/bots/greeter/configure', { consent: consentTo(spec) })
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { beyond: [{ action: 'members.update', requires: 'members.update' }] })
  t.equal((await weak.get('/api/v1/bots/greeter')).json().installed, false)
  t.equal((await admin.post('/api/v1/bots/greeter/configure', { consent: consentTo(spec) })).statusCode, 200)
  t.equal((await weak.post('/api/v1/bots/greeter/configure', { config: { greeting: 'Ha' } })).statusCode, 403)
  t.equal((await weak.post('/api/v1/bots/greeter/configure', { enabled: false })).statusCode, 200, 'stopping is safe')
  t.equal((await weak.post('/api/v1/bots/greeter/enable')).statusCode, 403)
  t.equal((await weak.post('/api/v1/bots/greeter/configure', { enabled: true })).statusCode, 403)
  await published(admin, { version: '1.1.0', permissions: { actions } })
  t.equal((await weak.post('/api/v1/bots/greeter/upgrade', {})).statusCode, 403)
})

t.test('whoever agrees anew answers for the bot from then on', async (t) => {
  const { tenant, admin } = await club()
  await installed(admin)
  const other = await tenant.admin()
  const before = (await admin.get('/api/v1/bots/greeter')).json().settings.installedBy
  t.same((await other.post('/api/v1/bots/greeter/configure', { config: {} })).json().settings.installedBy, before)
  const after = (await other.post('/api/v1/bots/greeter/configure', { consent })).json().settings.installedBy
  t.not(after.id, before.id)
})

t.test('a bot is not installed without consent, nor with a consent to something else', async (t) => {
  const { admin } = await club()
  await published(admin)
  for (const body of [
    {},
    { consent: { actions: [], hosts: [] } },
    { consent: { actions: ['members.get', 'members.list'], hosts: [] } },
    { consent: { ...consent, hosts: ['api.example.org'] } },
  ]) {
    const refused = await admin.post('/api/v1/bots/greeter/configure', body)
    t.equal(refused.statusCode, 409, JSON.stringify(body))
    t.match(refused.json(), { type: /consent-required/, asks: { ...consent, sentences: [/It may see members/] } })
  }
  await published(admin, { id: 'modest', permissions: { actions: [] } })
  t.equal((await admin.post('/api/v1/bots/modest/configure', {})).statusCode, 200, 'what asks for nothing needs none')
})

t.test('system bots are for platform administrators', async (t) => {
  const { admin } = await club()
  const refused = await admin.post('/api/v1/bots', { source: botSource(botSpec({ kind: 'system' })) })
  t.equal(refused.statusCode, 403)
  t.equal((await admin.get('/api/v1/bots/greeter')).statusCode, 404)
})

t.test('13: a bot of one organisation is nothing in another', async (t) => {
  const { admin } = await club()
  const other = await club()
  await installed(admin)
  t.equal((await other.admin.get('/api/v1/bots/greeter')).statusCode, 404)
  t.equal((await other.admin.get('/api/v1/bots/greeter/versions/1.0.0')).statusCode, 404)
  t.equal((await other.admin.post('/api/v1/bots/greeter/configure', { consent })).statusCode, 404)
  t.equal((await other.admin.delete('/api/v1/bots/greeter')).statusCode, 404)
  t.notOk((await other.admin.get('/api/v1/bots')).json().items.some(({ id }: { id: string }) => id === 'greeter'))
  await published(other.admin, { title: 'Theirs' })
  t.equal((await admin.get('/api/v1/bots/greeter')).json().title, 'Greeter')
})

t.test('an action of a plugin that is off stops the installation, and the sentence says so', async (t) => {
  const { tenant, admin } = await club()
  const spec = await published(admin, { permissions: { actions: ['groups.list'] }, triggers: { manual: {} } })
  await tenant.disable('groups')
  t.match((await admin.get('/api/v1/bots/greeter')).json().permissions.actions, [{ available: false, sentence: /off/ }])
  const refused = await admin.post('/api/v1/bots/greeter/configure', { consent: consentTo(spec) })
  t.equal(refused.statusCode, 409)
  t.match(refused.json(), { type: /dependency/, actions: ['groups.list'] })
})
