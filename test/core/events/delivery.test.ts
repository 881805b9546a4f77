import { definePlugin } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform } from '#core/testing/index.ts'
import { type Heard, notesPlugin, written } from '../../support/notes-plugin.ts'

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

t.test(
  'a subscriber that does not wait for such an event gets no job for it; one that cannot say gets the event',
  async (t) => {
    const heard: string[] = []
    const wanted = '01900000-0000-7000-8000-000000000001'
    const choosy = definePlugin({
      id: 'choosy',
      version: '1.0.0',
      sdk: '^0.1.0',
      title: 'Choosy',
      config: { schema: Type.Object({}) },
      permissions: {},
      events: (e) => {
        const take = (what: string) => async (_: unknown, event: { payload: { noteId: string } }) =>
          void heard.push(`${what} ${event.payload.noteId === wanted}`)
        e.on(written, 'one', take('one'), { when: ({ noteId }) => noteId === wanted })
        e.on(written, 'unsure', take('unsure'), {
          when: () => {
            throw new Error('it cannot say')
          },
        })
      },
    })
    await using platform = await startTestPlatform({ plugins: [notesPlugin(), choosy] })
    const club = await platform.tenant('Club')
    await club.disable('notes')
    await club.unit(async (tx) => {
      await tx.emit(written, { noteId: wanted })
      await tx.emit(written, { noteId: wanted.replace(/1$/, '2') })
    })
    await platform.settle()
    t.same(heard.toSorted(), ['one true', 'unsure false', 'unsure true'])
    const sql = <Row extends object>(text: string) =>
      platform.runtime.database.platform.query<Row>(text, { type: QueryTypes.SELECT })
    t.equal((await sql(`SELECT id FROM pgboss.job WHERE name = 'core.deliver'`)).length, 3)
    t.same(
      await sql(
        `SELECT outcome, count(*)::int AS n FROM core.delivery WHERE subscription = 'choosy.one' GROUP BY 1 ORDER BY 1`,
      ),
      [
        { outcome: 'handled', n: 1 },
        { outcome: 'skipped', n: 1 },
      ],
      'what is passed over is written down, so it never comes later',
    )
  },
)
