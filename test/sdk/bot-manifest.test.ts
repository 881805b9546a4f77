import { botCeilings, effectiveLimits, manifestOf } from '@guildhall/sdk'
import t from 'tap'

const sound = {
  id: 'late-books',
  version: '1.2.0-beta.1',
  title: 'Late books',
  description: 'Tells the librarian.',
  config: { schema: { type: 'object', properties: { days: { type: 'integer', title: 'Days' } } } },
  triggers: { events: ['books.returned'], cron: { default: '*/15 7-18 * * mon-fri' }, manual: {} },
  permissions: { actions: ['books.get'], hosts: ['api.example.org'] },
  limits: { cpuMs: 100 },
  translations: { de: { Days: 'Tage' } },
}

t.test('a definition becomes a manifest with every default filled in', async (t) => {
  t.same(manifestOf(sound), {
    manifest: {
      ...sound,
      kind: 'event',
      config: { ...sound.config, uiSchema: {} },
      triggers: {
        events: ['books.returned'],
        cron: { default: '*/15 7-18 * * mon-fri', configurable: true },
        manual: { input: null },
        api: null,
        webhook: false,
        action: null,
      },
    },
  })
})

const wrong: readonly (readonly [name: string, change: object, pointer: string])[] = [
  ['an unknown member', { secret: 1 }, '/secret'],
  ['an id with capitals', { id: 'LateBooks' }, '/id'],
  ['an id too long', { id: 'a'.repeat(61) }, '/id'],
  ['a version that is none', { version: '1.0' }, '/version'],
  ['markup in the title', { title: '<b>Late</b>' }, '/title'],
  ['no description', { description: undefined }, '/description'],
  ['a description without end', { description: 'x'.repeat(601) }, '/description'],
  ['an unknown kind', { kind: 'filter' }, '/kind'],
  ['no form', { config: undefined }, '/config'],
  ['a form with a pattern', { config: { schema: { type: 'object', pattern: 'x' } } }, '/config/schema/pattern'],
  ['a form of a strange look', { config: { ...sound.config, uiSchema: { x: {} } } }, '/config/uiSchema/x'],
  ['nothing that starts it', { triggers: {} }, '/triggers'],
  ['an event without a plugin', { triggers: { events: ['returned'] } }, '/triggers/events/0'],
  ['an event twice', { triggers: { events: ['a.b', 'a.b'] } }, '/triggers/events/1'],
  ['a time that never is', { triggers: { cron: { default: '60 * * * *' } } }, '/triggers/cron/default'],
  ['a day that never comes', { triggers: { cron: { default: '0 0 31 2,4 *' } } }, '/triggers/cron/default'],
  ['a step from one day', { triggers: { cron: { default: '0 0 5/2 * *' } } }, '/triggers/cron/default'],
  ['seconds in its times', { triggers: { cron: { default: '0 0 * * * *' } } }, '/triggers/cron/default'],
  ['a strange input', { triggers: { manual: { input: { type: 'array' } } } }, '/triggers/manual/input/type'],
  ['a button on a plan', { triggers: { action: { target: 'plan' } } }, '/triggers/action/target'],
  ['no permissions', { permissions: undefined }, '/permissions'],
  ['every action', { permissions: { actions: ['*'] } }, '/permissions/actions/0'],
  ['an address for a host', { permissions: { actions: [], hosts: ['127.0.0.1'] } }, '/permissions/hosts/0'],
  ['a port', { permissions: { actions: [], hosts: ['api.example.org:8080'] } }, '/permissions/hosts/0'],
  ['every host of a domain', { permissions: { actions: [], hosts: ['*.example.org'] } }, '/permissions/hosts/0'],
  ['a host of this machine', { permissions: { actions: [], hosts: ['localhost'] } }, '/permissions/hosts/0'],
  ['a limit above the platform', { limits: { heapMb: 64 } }, '/limits/heapMb'],
  ['an unknown limit', { limits: { threads: 1 } }, '/limits/threads'],
  ['an unknown language', { translations: { xx: {} } }, '/translations/xx'],
  ['markup in a translation', { translations: { de: { Days: '<i>Tage</i>' } } }, '/translations/de/Days'],
]
const told: readonly (readonly [name: string, change: object, pointer: string, message: RegExp])[] = [
  ['a slip in a word', { triggers: { event: ['a.b'] } }, '/triggers/event', /did you mean "events"\?$/],
  ['its times as a text', { triggers: { cron: '0 7 * * 1' } }, '/triggers/cron', /^Write \{ default: "0 7 \* \* 1" \}/],
  ['a button as a text', { triggers: { action: 'member' } }, '/triggers/action', /^Write \{ target: "member" \}/],
  ['no permissions', { permissions: undefined }, '/permissions', /\{ actions: \[\] \} for nothing/],
  [
    'a form where its schema belongs',
    { triggers: { manual: { input: { schema: { type: 'object' } } } } },
    '/triggers/manual/input/schema',
    /leave out "schema"/,
  ],
  [
    'a secret asked at a start',
    {
      triggers: { manual: { input: { type: 'object', properties: { key: { type: 'string', format: 'secret' } } } } },
    },
    '/triggers/manual/input/key',
    /let a secret be a setting/,
  ],
]
for (const [name, change, pointer, message] of told)
  t.test(`a definition with ${name} is told what to write, at one place`, async (t) => {
    const read = manifestOf(JSON.parse(JSON.stringify({ ...sound, ...change })))
    t.match('problems' in read && read.problems, [{ pointer, message }])
    t.equal('problems' in read && read.problems.length, 1)
  })

for (const [name, change, pointer] of wrong)
  t.test(`a definition with ${name} is refused at its place`, async (t) => {
    const merged: Record<string, unknown> = { ...sound, ...change }
    const read = manifestOf(JSON.parse(JSON.stringify(merged)))
    const pointers = 'problems' in read ? read.problems.map((problem) => problem.pointer) : []
    t.ok(pointers.includes(pointer), pointers.join(', '))
  })

t.test('a definition that is none is refused, whatever it is', async (t) => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)
  for (const raw of [null, 1, 'x', [], undefined, deep, { ...sound, title: 'x'.repeat(1e6) }])
    t.ok('problems' in manifestOf(raw))
})

t.test('a run gets the least of what platform, bot and administrator say', async (t) => {
  t.same(effectiveLimits({ limits: {} }, {}, 'cron'), botCeilings)
  t.match(effectiveLimits({ limits: {} }, {}, 'event'), { cpuMs: 500, wallMs: 30_000, heapMb: 32 })
  t.match(effectiveLimits({ limits: { cpuMs: 1000, mails: 5 } }, { mails: 2, cpuMs: 9999 }, 'manual'), {
    cpuMs: 1000,
    mails: 2,
  })
})
