import { formErrors, withoutHiddenFields } from '@guildhall/sdk'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform } from '#core/testing/index.ts'
import { makeBotsPlugin } from '#plugins/bots/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { LibraryClub } from '../../../bots/library/library-club.ts'
import { smallInternet } from '../../../plugins/bots/runs/small-internet.ts'
import { signIn } from '../../../support/signed-in.ts'

const heard: string[] = []
let status = 200
const internet = await smallInternet(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  heard.push(body)
  response.writeHead(status).end()
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
const workflow = (steps: object[], more: object = {}) => ({
  config: { steps, host: 'api.example.org', path: '/hook', ...more },
})
const begin = (club: LibraryClub, memberId: string) =>
  club.run('workflow', { target: { type: 'member', id: memberId } })

t.test('a workflow takes a member through every kind of step, and waits over its hours', async (t) => {
  const club = await LibraryClub.of(platform)
  const board = await signIn(club.tenant, 'board@example.org')
  await club.tenant.unit(async (tx) => {
    await tx.query(
      `INSERT INTO core."grant" (tenant_id, id, principal_kind, principal_id, role) VALUES ($1, $2, 'user', $3, 'makerspace_admin')`,
      [tx.tenantId, uuidv7(), board.userId],
    )
    tx.accessChanged()
  })
  const groupId = await club.group('Newcomers')
  const plan = await club.admin.post('/api/v1/members/plans', { name: 'Basic' })
  t.equal(plan.statusCode, 201, plan.body)
  await club.install(
    'workflow',
    workflow([
      { do: 'if', field: 'hasEmail' },
      { do: 'addTag', value: 'begun' },
      { do: 'wait', hours: 30 },
      { do: 'if', field: 'tag', value: 'BEGUN' },
      { do: 'mail', subject: 'Still there?', text: 'Hello' },
      { do: 'removeTag', value: 'begun' },
      { do: 'setRole', value: 'admin' },
      { do: 'addToGroup', groupId },
      { do: 'startPlan', planId: plan.json().id },
      { do: 'call' },
      { do: 'notify', value: 'makerspace_admin', subject: 'A newcomer', text: 'has arrived' },
      { do: 'if', field: 'status', value: 'suspended' },
      { do: 'addTag', value: 'never' },
    ]),
  )
  const ada = await club.member({ email: 'ada@example.org' })
  const nobody = await club.member({ firstName: 'Without', lastName: 'Address' })
  await platform.settle()
  t.match(await club.shown(ada), { tags: ['begun'] })
  t.match(await club.shown(nobody), { tags: [] }, 'the condition did not hold')
  t.match((await begin(club, ada)).summary, /already under way/, 'no second start')
  await club.pass(24)
  t.match(await club.shown(ada), { tags: ['begun'], role: 'maker' }, 'not yet')
  heard.length = 0
  await club.pass(8)
  const last = await club.lastRun('workflow')
  t.match(await club.shown(ada), { tags: [], role: 'admin' }, JSON.stringify(last.error))
  t.same(await club.seats(groupId), [ada])
  t.equal((await club.mails()).filter(({ recipient }) => recipient === 'ada@example.org').length, 1)
  t.same(
    heard.map((body) => JSON.parse(body).memberId),
    [ada],
  )
  const told = await club.tenant.unit((tx) =>
    tx.query('SELECT user_id, title, text, link FROM email.notification WHERE tenant_id = $1', [tx.tenantId]),
  )
  t.match(told, [
    { user_id: board.userId, title: 'A newcomer', text: 'Ada Lovelace: has arrived', link: `/members/${ada}` },
  ])
  const memberships = (await club.admin.get(`/api/v1/members/${ada}?include=memberships`)).json().memberships
  t.equal(memberships.length, 1)
  await club.pass(31)
  t.match(await club.shown(ada), { tags: [] }, 'the seat it gave did not send her on the way again')
})

t.test('whoever leaves goes no further, and who comes again later is taken along again', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install(
    'workflow',
    workflow([
      { do: 'addTag', value: 'a' },
      { do: 'wait', hours: 24 },
      { do: 'addTag', value: 'b' },
    ]),
  )
  const leaves = await club.member({ joinedOn: '2020-01-01' })
  const stays = await club.member()
  await platform.settle()
  await club.change(leaves, { leftOn: '2021-01-01' })
  await club.pass(26)
  t.match(await club.shown(leaves), { tags: ['a'] })
  t.match((await club.shown(stays)).tags.sort(), ['a', 'b'])
  await club.change(stays, { tags: [] })
  t.match(await begin(club, stays), { status: 'ok', summary: 'waits' }, 'on purpose')
  await club.pass(26)
  t.match((await club.shown(stays)).tags.sort(), ['a', 'b'])
})

t.test('the way of a member who is gone ends without a failure, at its beginning or while he waits', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install(
    'workflow',
    workflow([
      { do: 'wait', hours: 1 },
      { do: 'addTag', value: 'b' },
    ]),
  )
  const [early, waiting] = [await club.member(), await club.member()]
  t.equal((await club.admin.delete(`/api/v1/members/${early}`)).statusCode, 204)
  await platform.settle()
  t.ok((await club.runs('workflow')).some(({ summary }) => summary === 'ended: the member is gone by now'))
  t.equal((await club.admin.delete(`/api/v1/members/${waiting}`)).statusCode, 204)
  await club.pass(3)
  t.same(
    (await club.runs('workflow')).filter(({ status }) => status !== 'ok'),
    [],
  )
})

t.test('a step that fails is told, tried again an hour later, and not repeated before it', async (t) => {
  const club = await LibraryClub.of(platform)
  await club.install(
    'workflow',
    workflow([{ do: 'mail', subject: 'Once', text: 'Hello' }, { do: 'call' }, { do: 'addTag', value: 'done' }]),
  )
  status = 500
  const memberId = await club.member({ email: 'ada@example.org' })
  await platform.settle()
  t.match(await club.lastRun('workflow'), { status: 'failed', error: { message: /Step 2 failed .* answered 500/ } })
  status = 200
  await club.pass(2)
  t.match(await club.shown(memberId), { tags: ['done'] })
  t.equal((await club.mails()).filter(({ recipient }) => recipient === 'ada@example.org').length, 1)
})

t.test('a step without what it needs is refused at its place', async (t) => {
  const club = await LibraryClub.of(platform)
  const consent = await club.asks('workflow')
  const answer = await club.admin.post('/api/v1/bots/workflow/configure', {
    consent,
    ...workflow([{ do: 'mail', subject: 'x' }, { do: 'wait' }, { do: 'addToGroup' }]),
  })
  t.equal(answer.statusCode, 400)
  t.same(
    answer
      .json()
      .errors.map(({ pointer }: { pointer: string }) => pointer)
      .sort(),
    ['/config/steps/0/text', '/config/steps/1/hours', '/config/steps/2/groupId'],
  )
})

t.test('settings of the first form move along, without what belonged to other kinds of steps', async (t) => {
  const club = await LibraryClub.of(platform)
  const { schema } = (await club.admin.get('/api/v1/bots/workflow')).json()
  const before = [
    { do: 'if', field: 'hasEmail', value: 'never looked at' },
    { do: 'if', field: 'status', value: 'active', hours: 3 },
    { do: 'wait', hours: 24, subject: 'left over' },
    { do: 'notify', value: 'makerspace_admin' },
  ]
  const after = withoutHiddenFields(schema, { steps: before, host: 'api.example.org' })
  t.same(formErrors(schema, after), [])
  t.same(after, {
    steps: [
      { do: 'if', field: 'hasEmail' },
      { do: 'if', field: 'status', value: 'active' },
      { do: 'wait', hours: 24 },
      { do: 'notify', value: 'makerspace_admin' },
    ],
    host: 'api.example.org',
  })
})
