import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform, type TestClient } from '#core/testing/index.ts'
import { Club } from '../isolation/club.ts'
import { expectations, type Sample } from '../isolation/expected/index.ts'
import { furnish, guarded, resolved } from '../isolation/matrix.ts'
import { requestOf } from '../isolation/requests.ts'
import { type RegisteredRoute, withRoutes } from '../support/registered-routes.ts'
import { browserOf, signIn } from '../support/signed-in.ts'
import { documentOf } from './document.ts'

t.setTimeout(240_000)

const { started: platform, routes } = await withRoutes(() => startTestPlatform())
t.teardown(() => platform.close())
const [own, other] = [await Club.found(platform, 'keyed'), await Club.found(platform, 'aside')]
await furnish({ routes, own, other })
const document = await documentOf(own.owner)

const said = (client: TestClient, url: string, body: object) => client.post(url, body).then((answer) => answer.json())

/** Whoever acts above organisations names none; an inbox is a person's. */
const signedIn = await signIn(own.tenant, 'above@example.org', { globalRole: 'super_admin', belongs: false })
const above = browserOf(own.tenant, signedIn.session, { named: false })
const organization = async () => (await platform.tenant('Spoken of')).id
const notification = async () => {
  const id = uuidv7()
  await own.rows(
    `INSERT INTO email.notification (tenant_id, id, user_id, alert_id, kind, severity, title, created_at, updated_at)
     VALUES ($1, $2, $3, $2, 'bots.failed', 'critical', 'Failed', now(), now())`,
    [own.tenant.id, id, signedIn.userId],
  )
  return { path: { id } }
}
const deletion = async () => {
  const id = await organization()
  const plan = await said(above, `/api/v1/organizations/${id}/deletion`, {})
  return { path: { id, operation: plan.id as string }, body: { hash: plan.hash } }
}
const disabled = async () => {
  await other.owner.put('/api/v1/plugins/analytics', { enabled: false })
  return { path: { id: 'analytics' } }
}

interface Caller {
  readonly client: TestClient
  readonly sample: () => Promise<Sample>
}
/** Where the matrix asks for what is refused, or by nobody: what is done, and by whom. */
const callers: Readonly<Record<string, Caller>> = {
  'POST /api/v1/organizations': {
    client: above,
    sample: async () => ({ body: { slug: `org-${randomUUID().slice(0, 8)}`, name: 'Organisation' } }),
  },
  'POST /api/v1/organizations/:id/apply': {
    client: above,
    sample: async () => ({
      path: { id: await organization() },
      body: { yaml: 'Orga: Renamed\nHierarchie:\n- Verein\n- Team\n' },
    }),
  },
  'POST /api/v1/organizations/:id/suspend': {
    client: above,
    sample: async () => ({ path: { id: await organization() }, body: { reason: 'Unpaid' } }),
  },
  'POST /api/v1/organizations/:id/reactivate': {
    client: above,
    sample: async () => {
      const id = await organization()
      await above.post(`/api/v1/organizations/${id}/suspend`, { reason: 'Unpaid' })
      return { path: { id } }
    },
  },
  'POST /api/v1/organizations/:id/deletion': {
    client: above,
    sample: async () => ({ path: { id: await organization() } }),
  },
  'POST /api/v1/organizations/:id/deletion/:operation/apply': { client: above, sample: deletion },
  'POST /api/v1/plugins/:id/purge': { client: other.owner, sample: disabled },
  'POST /api/v1/plugins/:id/purge/:operation/apply': {
    client: other.owner,
    sample: async () => {
      const { path } = await disabled()
      const plan = await said(other.owner, '/api/v1/plugins/analytics/purge', {})
      return { path: { ...path, operation: plan.id as string }, body: { hash: plan.hash } }
    },
  },
  'POST /api/v1/imports/:id/undo': {
    client: own.owner,
    sample: async () => {
      const [id = '', hash] = (await own.fresh('import')).split('/')
      await own.post(`/api/v1/imports/${id}/apply`, { hash: hash as string })
      await platform.settle()
      return { path: { id } }
    },
  },
  'POST /api/v1/notifications/:id/read': { client: signedIn.client, sample: notification },
  'POST /api/v1/notifications/:id/unread': { client: signedIn.client, sample: notification },
  'POST /api/v1/notifications/:id/acknowledge': { client: signedIn.client, sample: notification },
}
const byTheMatrix = (key: string): Caller => ({
  client: own.owner,
  sample: () => resolved(expectations[key] ?? { who: 'owner' }, (kind) => own.fresh(kind)),
})

const declares = ({ key }: RegisteredRoute) =>
  document
    .operation(key.replace(/:(\w+)/g, '{$1}'))
    .parameters?.some(({ in: where, name }) => where === 'header' && name === 'idempotency-key') === true
const keyed = guarded(routes).filter(declares)
const withKey = (route: RegisteredRoute, sample: Sample, key: string): InjectOptions => {
  const request = requestOf(route, sample)
  return { ...request, headers: { ...request.headers, 'idempotency-key': key } }
}

t.test('every POST declares an Idempotency-Key, but those that only ask', async (t) => {
  t.same(
    guarded(routes)
      .filter((route) => declares(route) !== (route.method === 'POST'))
      .map(({ key }) => key),
    ['POST /api/v1/email-templates/:id/preview', 'POST /api/v1/members/query'],
  )
})

t.test('what declares an Idempotency-Key answers a second time as it did, and does it once', async (t) => {
  for (const route of keyed) {
    const { client, sample } = callers[route.key] ?? byTheMatrix(route.key)
    const request = withKey(route, await sample(), route.key.replace(' ', ':'))
    const first = await client.inject(request)
    const second = await client.inject(request)
    t.ok(first.statusCode < 300, `${route.key}: ${first.statusCode} ${first.body.slice(0, 200)}`)
    t.equal(second.statusCode, first.statusCode, route.key)
    t.equal(second.headers['idempotency-replayed'], 'true', route.key)
    for (const name of ['location', 'etag', 'content-type'])
      t.equal(second.headers[name], first.headers[name], route.key)
    // A secret is shown once; all else is the same.
    t.match(first.json(), second.json(), route.key)
  }
})

const upload = routes.find(({ multipart }) => multipart) as RegisteredRoute
const csv = (name: string) => `firstName;lastName\n${name};Hopper\n`
const file = (content: string, fields: Record<string, string> = {}, name = 'members.csv') => ({
  file: { name, content, fields },
})

t.test('the same file with the same key is one import, however often and however many at once', async (t) => {
  const count = async () => (await own.owner.get('/api/v1/imports?total=true&limit=1')).json().page.total as number
  const before = await count()
  const send = (sample: Sample, key = 'one-import') => own.owner.inject(withKey(upload, sample, key))
  const storm = await Promise.all(Array.from({ length: 6 }, () => send(file(csv('Grace')))))
  t.same([...new Set(storm.map(({ statusCode }) => statusCode))], [201])
  t.equal(new Set(storm.map((answer) => answer.json().id)).size, 1)
  t.equal(storm.filter(({ headers }) => headers['idempotency-replayed'] === 'true').length, 5)
  t.equal(await count(), before + 1)

  const reordered = await send(file(csv('Ada'), { into: 'members', options: '{}' }), 'parts')
  t.equal(reordered.statusCode, 201, reordered.body)
  const turned = await send(file(csv('Ada'), { options: '{}', into: 'members' }), 'parts')
  t.equal(turned.json().id, reordered.json().id, 'the order of the parts says nothing')

  for (const [what, sample] of Object.entries({
    'another file': file(csv('Ada')),
    'another name of the file': file(csv('Grace'), {}, 'other.csv'),
    'another option': file(csv('Grace'), { options: '{"update":"fillEmpty"}' }),
  })) {
    const answer = await send(sample)
    t.equal(answer.statusCode, 422, what)
    t.equal(answer.json().type, '/docs/errors#idempotency-mismatch', what)
  }
  t.equal(await count(), before + 2)
})

t.test('a file that was refused leaves its key free', async (t) => {
  const send = (sample: Sample) => own.owner.inject(withKey(upload, sample, 'mended'))
  t.equal((await send(file(csv('Grace'), { into: 'nowhere' }))).statusCode, 400)
  t.equal((await send(file(csv('Grace')))).statusCode, 201)
})
