import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { consentWords } from '#plugins/bots/definitions/consent-words.ts'
import { germanTitles } from '#plugins/bots/definitions/german-titles.ts'
import { inGerman } from '#plugins/bots/page/src/words/said.de.ts'
import { published } from '../../support/written-bot.ts'

const platform = await startTestPlatform({ bots: [] })
t.teardown(() => platform.close())

t.test('what a bot asks for and is started by reads German where somebody reads German', async (t) => {
  const tenant = await platform.tenant('Deutsch')
  const admin = await tenant.admin()
  await admin.post('/api/v1/roles', { key: 'watcher', title: 'Viewer' })
  await published(admin, { permissions: { actions: ['members.addTag'] } })
  const bot = (await admin.get('/api/v1/bots/greeter', { 'accept-language': 'de' })).json()
  t.equal(bot.permissions.actions[0].sentence, 'Er darf Mitgliedern Schlagworte geben.')
  t.equal(
    bot.form.when.schema.properties.events.properties['members.created'].properties.on.title,
    'Ein Mitglied wurde angelegt',
  )
  t.same(
    bot.form.who.schema.properties.failure.default,
    { roles: ['makerspace_admin'], by: ['inbox'] },
    'and who hears of a failure is no secret',
  )
  const told = async (language: string): Promise<string[]> =>
    (await admin.get('/api/v1/bots/greeter', { 'accept-language': language }))
      .json()
      .form.who.schema.properties.failure.properties.roles.items.oneOf.map(({ title }: { title: string }) => title)
  t.same(
    await told('de'),
    ['Administration', 'Einsicht', 'Maker', 'Dienstleister', 'Viewer'],
    'a role made here as it is',
  )
  t.same(await told('en'), ['Administrator', 'Viewer', 'Maker', 'Service provider', 'Viewer'])
})

t.test('each action and event of the platform has a German title', async (t) => {
  const { actions, events } = platform.runtime.host
  const titles = [
    ...[...actions.values()].map(({ action }) => action.title),
    ...[...events.values()].map(({ event }) => event.title),
  ]
  t.same(
    titles.filter((title) => !Object.hasOwn(germanTitles, title)),
    [],
  )
})

t.test('why a service was not reached reads German, also where the bot did not catch it', async (t) => {
  const said = (what: string) => inGerman(`The bot failed: ${what} (line 139)`)
  t.match(
    said('chat.example.org could not be reached (ECONNREFUSED)'),
    /gescheitert: chat\.example\.org ist nicht erreichbar/,
  )
  t.match(said('chat.example.org could not be reached'), 'ist nicht erreichbar (Zeile 139')
  t.match(said('chat.exmaple.org could not be reached (ENOTFOUND)'), 'Den Server chat.exmaple.org gibt es nicht')
  t.match(said('chat.example.org did not answer in time'), 'nicht rechtzeitig')
  t.equal(inGerman('Who could not be reached is me'), 'Who could not be reached is me', 'what a bot says stays')
})

t.test('each action of the platform is agreed to in a sentence of its own', async (t) => {
  t.same(Object.keys(consentWords).sort(), [...platform.runtime.host.actions.keys()].sort())
})
