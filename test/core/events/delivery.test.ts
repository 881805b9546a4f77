import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Heard, notesPlugin } from '../../support/notes-plugin.ts'

t.test('an event reaches every subscriber once, with the same id', async (t) => {
  const heard: Heard[] = []
  await using platform = await startTestPlatform({ plugins: [notesPlugin((h) => heard.push(h))] })
  const club = await platform.tenant('Club')
  await (await club.admin()).post('/api/v1/notes', { title: 'One' })
  await platform.settle()
  t.same(heard.map(({ what }) => what).toSorted(), ['index', 'watch notes.written'])
  t.equal(new Set(heard.map(({ id }) => id)).size, 1)
})

t.test('a subscriber that fails is tried again alone', async (t) => {
  const heard: string[] = []
  let broken = true
  const plugin = notesPlugin(({ what }) => {
    if (what === 'index' && broken) throw new Error('broken')
    heard.push(what)
  })
  await using platform = await startTestPlatform({ plugins: [plugin] })
  const club = await platform.tenant('Club')
  await (await club.admin()).post('/api/v1/notes', { title: 'One' })
  const { failures } = await platform.drain()
  t.equal(failures.length, 1)
  t.same(heard, ['watch notes.written'])
  broken = false
  const [event] = await club.unit((tx) =>
    tx.query<{ id: string }>('SELECT id FROM core.event WHERE tenant_id = $1', [tx.tenantId]),
  )
  await platform.runtime.boss.send('core.dispatch', {
    tenant: club.id,
    input: { events: [event?.id] },
    actor: { kind: 'anonymous' },
  })
  await platform.settle()
  t.same(heard, ['watch notes.written', 'index'], 'a second dispatch of the event reaches only who has not had it')
})

t.test('what is rolled back leaves no event, no job and no trace in the trail', async (t) => {
  const heard: Heard[] = []
  await using platform = await startTestPlatform({ plugins: [notesPlugin((h) => heard.push(h))] })
  const club = await platform.tenant('Club')
  const before = (await club.audit()).length
  t.equal((await (await club.admin()).post('/api/v1/notes', { title: 'One', fail: true })).statusCode, 500)
  await platform.settle()
  t.same(heard, [])
  const trail = await club.audit()
  t.notOk(trail.slice(before).some(({ action }) => action === 'notes.written'))
})
