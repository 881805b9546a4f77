import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { notesPlugin } from '../../support/notes-plugin.ts'

t.test('an Idempotency-Key makes a request happen once', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()] })
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const write = (title: string, key: string, client = admin) =>
    client.post('/api/v1/notes', { title }, { 'idempotency-key': key })

  const first = await write('Hello', 'k1')
  const again = await write('Hello', 'k1')
  t.same(again.json(), first.json())
  t.equal(again.statusCode, 201)
  t.equal(again.headers.location, first.headers.location)
  t.equal(again.headers['idempotency-replayed'], 'true')
  t.equal((await write('Other', 'k1')).json().type, '/docs/errors#idempotency-mismatch')
  t.equal((await write('Hello', 'bad key')).statusCode, 400)

  const storm = await Promise.all(Array.from({ length: 8 }, () => write('Storm', 'k2')))
  t.equal(new Set(storm.map((r) => r.json().id)).size, 1, 'eight at once are one')

  const failed = await admin.post('/api/v1/notes', { title: 'x', fail: true }, { 'idempotency-key': 'k3' })
  t.equal(failed.statusCode, 500)
  t.equal((await write('x', 'k3')).statusCode, 201, 'a failed request leaves the key free')

  const other = await (await platform.tenant('Other')).admin()
  t.equal((await write('Hello', 'k1', other)).headers['idempotency-replayed'], undefined, 'keys belong to their caller')
  t.equal((await admin.get('/api/v1/notes')).json().items.length, 3)
})
