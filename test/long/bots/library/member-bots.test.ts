import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { makeBotsPlugin } from '#plugins/bots/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { LibraryClub } from '../../../bots/library/library-club.ts'
import { smallInternet } from '../../../plugins/bots/runs/small-internet.ts'
import { createAccount, signIn } from '../../../support/signed-in.ts'

interface Heard {
  readonly method: string
  readonly url: string
  readonly authorization: string
  readonly body: Record<string, unknown>
}
const heard: Heard[] = []
let answers: (url: string) => { status?: number; body?: unknown } = () => ({})
const internet = await smallInternet(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method = '', url = '' } = request
  heard.push({ method, url, authorization: request.headers.authorization ?? '', body: body ? JSON.parse(body) : {} })
  const { status = 200, body: said = {} } = answers(url)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
})
internet.names.set('api.example.org', ['93.184.215.14'])
const others = bundledPlugins.filter(({ id }) => id !== 'bots')
const platform = await startTestPlatform({
  plugins: [...others, makeBotsPlugin({ network: internet })],
  now: new Date('2026-03-02T10:00:00Z'),
})
t.teardown(async () => {
  await platform.close()
  await internet.close()
})
t.setTimeout(240_000)
t.beforeEach(() => {
  heard.length = 0
  answers = () => ({})
})
const host = 'api.example.org'

t.test('rules give groups, roles and tags, and take nothing that a person changed by hand', async (t) => {
  const club = await LibraryClub.of(platform)
  const youth = await club.group('Youth')
  await club.install('role-and-group-by-rule', {
    config: {
      rules: [
        { field: 'youngerThan', value: '18', giveGroup: youth, giveTag: 'young' },
        { field: 'city', value: 'BONN', giveRole: 'admin' },
      ],
    },
  })
  const child = await club.member({ birthday: '2012-01-01', address: { city: 'Bonn' } })
  const grown = await club.member({ birthday: '1980-01-01' })
  const boss = await club.member({ address: { city: 'Bonn' }, role: 'makerspace_admin' })
  await platform.settle()
  t.match(await club.shown(child), { tags: ['young'], role: 'admin' })
  t.match(await club.shown(grown), { tags: [], role: 'maker' })
  t.match(await club.shown(boss), { role: 'makerspace_admin' }, 'a role that was given is not taken for another')
  t.same(await club.seats(youth), [child])
  await club.change(child, { tags: [] })
  await platform.settle()
  t.match(await club.shown(child), { tags: [] }, 'what was taken by hand stays taken')
  await club.change(grown, { birthday: '2013-01-01' })
  await platform.settle()
  t.match(await club.shown(grown), { tags: ['young'] }, 'what a rule looks at has changed')
  const run = await club.run('role-and-group-by-rule')
  t.match(run, { status: 'ok', result: { given: 1, finished: true } }, JSON.stringify(run.error))
  t.same((await club.seats(youth)).sort(), [child, grown].sort())
})

t.test('who asked to become a member is given nothing before somebody accepts him', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install('role-and-group-by-rule', { config: { rules: [{ field: 'always', giveTag: 'new' }] } })
  const id = await club.registered()
  const { memberId } = (await club.admin.get('/api/v1/registrations')).json().items[0]
  t.match(await club.run('role-and-group-by-rule'), { status: 'ok', result: { given: 0 } })
  t.match(await club.shown(memberId), { status: 'pending', tags: [] })
  t.equal((await club.admin.post(`/api/v1/registrations/${id}/accept`)).statusCode, 200)
  await platform.settle()
  t.match(await club.shown(memberId), { status: 'active', tags: ['new'] })
})

t.test('a rule gives no role that whoever installed it does not hold', async (t) => {
  const club = await LibraryClub.of(platform)
  const clerk = await club.tenant.as({
    permissions: ['bots.read', 'bots.install', 'bots.run', 'members.read', 'members.update', 'groups.seats.write'],
  })
  const config = { rules: [{ field: 'always', giveRole: 'makerspace_admin' }] }
  await club.install('role-and-group-by-rule', { config }, clerk)
  const memberId = await club.member()
  await platform.settle()
  t.match(await club.shown(memberId), { role: 'maker' })
  t.match(await club.lastRun('role-and-group-by-rule'), { status: 'failed', error: { code: 'FORBIDDEN' } })
})

const syncing = (more: object = {}) => ({ config: { host, system: 'crm', token: 'sesame', ...more } })

t.test('sync sends members and groups as they change, with the token and the names of the other side', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install('sync', syncing({ withGroups: true, fields: [{ ours: 'lastName', theirs: 'surname' }] }))
  const memberId = await club.member({ externalIds: [{ system: 'crm', value: '7' }] })
  const groupId = await club.group('Choir')
  await platform.settle()
  await club.change(memberId, { lastName: 'Byron' })
  await club.admin.delete(`/api/v1/members/${memberId}`)
  await platform.settle()
  t.match(heard.map(({ method, url }) => `${method} ${url}`).sort(), [
    `DELETE /api/members/${memberId}`,
    `PUT /api/groups/${groupId}`,
    `PUT /api/members/${memberId}`,
  ])
  t.match(heard.find(({ url }) => url.includes(`members/${memberId}`))?.body, { surname: 'Lovelace', externalId: '7' })
  t.ok(heard.every(({ authorization }) => authorization === 'Bearer sesame'))
})

t.test(
  'sync reads their members page by page, goes on where it stopped, and asks about what both sides changed',
  async (t) => {
    const club = await LibraryClub.of(platform)
    const people = Array.from({ length: 230 }, (_, i) => ({ id: `n${i}`, firstName: 'P', lastName: `Number ${i}` }))
    const few = people.slice(0, 60)
    let there: { id: string; firstName: string; lastName: string }[] = few
    answers = (url) => {
      const page = Number(new URL(url, 'https://x').searchParams.get('page'))
      const items = there.slice((page - 1) * 50, page * 50)
      return { body: { items, next: page * 50 < there.length ? page + 1 : null } }
    }
    const fields = ['firstName', 'lastName'].map((name) => ({ ours: name, theirs: name }))
    const pulled = { direction: 'in', fields }
    await club.install('sync', syncing(pulled))
    const total = async () => (await club.admin.get('/api/v1/members?total=true&limit=1')).json().page.total
    const first = await club.run('sync')
    t.match(first, { status: 'ok', summary: '60 records read' }, JSON.stringify(first.error))
    t.equal(await total(), 60)
    const one = async () =>
      (await club.admin.get('/api/v1/members?externalId=n1')).json().items[0] as { id: string; lastName: string }
    there = few.map((row) => (row.id === 'n1' ? { ...row, lastName: 'Changed there' } : row))
    t.match(await club.run('sync'), { status: 'ok' })
    t.match(await one(), { lastName: 'Changed there' })
    await club.change((await one()).id, { lastName: 'Changed here' })
    await platform.settle()
    t.match(await club.run('sync'), { status: 'ok' }, 'changed here alone: stays')
    t.match(await one(), { lastName: 'Changed here' })
    there = few.map((row) => (row.id === 'n1' ? { ...row, lastName: 'Changed again' } : row))
    t.match(await club.run('sync'), { status: 'failed', error: { message: /decide for each: n1/ } })
    t.match(await one(), { lastName: 'Changed here' }, 'somebody decides')
    await club.admin.post('/api/v1/bots/sync/configure', syncing({ ...pulled, onConflict: 'theirs' }))
    const decided = await club.run('sync')
    t.match(decided, { status: 'ok' }, JSON.stringify(decided.error))
    t.match(await one(), { lastName: 'Changed again' })

    there = [...few.slice(0, 2), { id: 'bad', firstName: '', lastName: '' }, ...people.slice(60)]
    const long = await club.run('sync')
    t.match(long, { status: 'failed', error: { message: /Refused by the register: bad/ } }, long.summary ?? '')
    const before = await total()
    await club.run('sync')
    t.ok((await total()) > before, 'the next run goes on')
  },
)

for (const [service, body] of [
  ['slack', { text: 'Club: Ada &lt;!channel&gt; is a new member.' }],
  ['discord', { content: 'Club: Ada <!channel> is a new member.', allowed_mentions: { parse: [] } }],
  [
    'teams',
    { type: 'message', attachments: [{ content: { body: [{ text: 'Club: Ada <!channel> is a new member.' }] } }] },
  ],
  ['plain', { text: 'Club: Ada <!channel> is a new member.', event: 'members.created' }],
] as const)
  t.test(`a chat is told in its own words (${service})`, async (t) => {
    const club = await LibraryClub.of(platform)
    await club.install('webhook-notify', { config: { service, host, path: 'hooks/1?x=2', token: 'sesame-open' } })
    await club.member({ firstName: 'Ada', lastName: '<!channel>' })
    await platform.settle()
    const [call, ...rest] = heard
    t.same(rest, [])
    t.match(call, { method: 'POST', url: '/hooks/1?x=2', authorization: 'Bearer sesame-open', body })
    const run = await club.lastRun('webhook-notify')
    t.match(run, { status: 'ok', summary: 'Somebody is a new member.' })
    t.notMatch(JSON.stringify(run), /sesame-open/, 'the token stands nowhere else')
    t.notMatch(JSON.stringify(call?.body), /sesame/)
  })

t.test('a chat hears no name where names are switched off, and a refusal is a failed run', async (t) => {
  const club = await LibraryClub.of(platform, { locale: 'de-DE' })
  await club.install('webhook-notify', { config: { service: 'plain', host, path: '/x', withNames: false } })
  await club.member()
  await platform.settle()
  t.match(heard[0]?.body, { text: 'Club: Jemand ist neues Mitglied.' })
  t.equal(heard[0]?.authorization, '')
  answers = () => ({ status: 404 })
  t.match(await club.run('webhook-notify'), { status: 'failed', error: { message: /antwortete mit 404/ } })
})

t.test('a member who is gone before a bot runs is no failure, and the run says so', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install('role-and-group-by-rule', { config: { rules: [{ field: 'always', giveTag: 'new' }] } })
  await club.install('webhook-notify', { config: { service: 'plain', host, path: '/x' } })
  await club.install('sync', syncing())
  const memberId = await club.member()
  t.equal((await club.admin.delete(`/api/v1/members/${memberId}`)).statusCode, 204)
  await platform.settle()
  const runs = async (id: string) => (await club.runs(id)).map(({ status, summary }) => `${status} ${summary}`).sort()
  t.same(await runs('role-and-group-by-rule'), ['ok 0 given: the member is gone by now'])
  t.same(await runs('webhook-notify'), [
    'ok A member was deleted.',
    'ok Somebody is a new member. (the member is gone by now)',
  ])
  t.same(await runs('sync'), ['ok A deletion was sent', 'ok Nothing was sent: the member is gone by now'])
})

t.test('the maintenance report tells the operator what piles up, and nobody else sees the bot', async (t) => {
  const club = await LibraryClub.of(platform)
  t.equal((await club.admin.get('/api/v1/bots/platform-maintenance')).statusCode, 404)
  t.equal((await club.admin.post('/api/v1/bots/platform-maintenance/configure', {})).statusCode, 404)
  t.ok(await createAccount(platform, 'ordinary@example.org'))
  const { client } = await signIn(club.tenant, 'root@example.org', { globalRole: 'super_admin' })
  const invited = await club.admin.post('/api/v1/members/invites', { email: 'new@example.org', role: 'maker' })
  t.equal(invited.statusCode, 201, invited.body)
  await platform.settle()
  await club.tenant.unit((tx) =>
    tx.query("UPDATE members.invitation SET expires_at = $2::timestamptz - interval '1 day' WHERE tenant_id = $1", [
      tx.tenantId,
      tx.now(),
    ]),
  )
  await club.install('platform-maintenance', { config: { addresses: ['operator@elsewhere.example'] } }, client)
  const run = await club.run('platform-maintenance', {}, client)
  t.match(run, { status: 'ok', summary: /things to look at/ }, JSON.stringify(run.error))
  t.match(JSON.stringify(run.result), /Invitations that ended without an answer[^"]*: 1/)
  t.match((await club.mails()).at(-1), { recipient: 'operator@elsewhere.example' })
})
