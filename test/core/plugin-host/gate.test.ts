import t from 'tap'
import { unpark } from '#core/jobs/worker.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Heard, notesPlugin } from '../../support/notes-plugin.ts'

t.test('a request goes from the door to the row, in its own organisation only', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()] })
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  const admin = await club.admin()
  const created = await admin.post('/api/v1/notes', { title: 'Hello' })
  t.equal(created.statusCode, 201, created.body)
  t.equal(created.headers.location, `/api/v1/notes/${created.json().id}`)
  t.equal(created.headers.etag, '"v1"')
  t.equal((await admin.get('/api/v1/notes')).json().items.length, 1)
  t.equal((await admin.get('/api/notes/')).json().items.length, 1, 'the short prefix and a trailing slash are the same')
  t.same((await (await other.admin()).get('/api/v1/notes')).json().items, [])
  t.equal((await (await club.as({ role: 'admin' })).post('/api/v1/notes', { title: 'x' })).statusCode, 403)
  t.equal(
    (
      await (await club.as({ role: 'makerspace_admin', scopes: ['notes.read'] })).post('/api/v1/notes', { title: 'x' })
    ).json().type,
    '/docs/errors#insufficient-scope',
  )
  t.equal((await (await club.as('anonymous')).get('/api/v1/notes')).statusCode, 401)
  const strange = await admin.get('/api/v1/notes', { 'x-organization': other.slug })
  const unknown = await admin.get('/api/v1/notes', { 'x-organization': 'nowhere' })
  t.equal(strange.statusCode, 404)
  t.same(
    { ...strange.json(), requestId: '' },
    { ...unknown.json(), requestId: '' },
    'no difference tells that the other one exists',
  )
})

t.test('a plugin that is off is off for requests, events and jobs, and nothing is lost', async (t) => {
  const heard: Heard[] = []
  await using platform = await startTestPlatform({ plugins: [notesPlugin((h) => heard.push(h))] })
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  const admin = await club.admin()
  await admin.post('/api/v1/notes', { title: 'One' })
  await admin.post('/api/v1/notes/tidy')
  await club.disable('notes')
  t.equal((await admin.get('/api/v1/notes')).json().type, '/docs/errors#plugin-not-enabled')
  t.equal((await (await other.admin()).get('/api/v1/notes')).statusCode, 200, 'it stays on elsewhere')
  await platform.settle()
  t.same(heard, [], 'neither subscription nor job ran')
  const away = { insert: () => Promise.reject(new Error('the queue is away')) }
  await t.rejects(unpark({ boss: away, platform: platform.runtime.database.platform }, club.id, 'notes'), /away/)
  await club.enable('notes')
  await platform.settle()
  t.same(
    heard.map(({ what }) => what),
    ['tidy asked'],
    'the parked job runs; events of the time it was off do not come back',
  )
  t.equal((await admin.get('/api/v1/notes')).json().items.length, 1)
})
