import t from 'tap'
import { documentOf } from '../../contract/document.ts'
import { requestWith, Senders } from '../../contract/senders.ts'
import type { Sample } from '../../isolation/expected/index.ts'
import type { RegisteredRoute } from '../../support/registered-routes.ts'

t.setTimeout(240_000)

const senders = await Senders.gather()
const { own, routes } = senders
t.teardown(() => senders.platform.close())
const document = await documentOf(own.owner)

const declares = ({ key }: RegisteredRoute) =>
  document
    .operation(key.replace(/:(\w+)/g, '{$1}'))
    .parameters?.some(({ in: where, name }) => where === 'header' && name === 'idempotency-key') === true
const keyed = routes.filter(declares)
const withKey = (route: RegisteredRoute, sample: Sample, key: string) =>
  requestWith(route, sample, { 'idempotency-key': key })

t.test('every POST declares an Idempotency-Key, but those that only ask', async (t) => {
  t.same(
    routes.filter((route) => declares(route) !== (route.method === 'POST')).map(({ key }) => key),
    ['POST /api/v1/email-templates/:id/preview', 'POST /api/v1/members/query'],
  )
})

t.test('what declares an Idempotency-Key answers a second time as it did, and does it once', async (t) => {
  for (const route of keyed) {
    const { client, sample } = senders.of(route.key)
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
