import { type Actor, definePlugin } from '@guildhall/sdk'
import { QueryTypes } from 'sequelize'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform, type TestPlatform, type TestTenant } from '#core/testing/index.ts'
import { type Heard, notesPlugin, written } from '../../support/notes-plugin.ts'

const noteId = '01900000-0000-7000-8000-000000000001'
let heard: { id: string; actor: Actor; on: string }[] = []
let together: number[] = []
let fault: Error | null = null

/** Hears everything, where events are dispatched. */
const ear = definePlugin({
  id: 'ear',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Ear',
  config: { schema: Type.Object({}) },
  permissions: {},
  events: (e) =>
    e.inline('all', async (ctx, events) => {
      if (fault) throw fault
      together.push(events.length)
      heard.push(...events.map(({ id, actor }) => ({ id, actor, on: ctx.tenantId })))
    }),
})

const open = async (hear: (h: Heard) => void = () => {}) => {
  heard = []
  together = []
  fault = null
  const platform = await startTestPlatform({ plugins: [notesPlugin(hear), ear] })
  return { platform, club: await platform.tenant('Club') }
}
const jobs = async (platform: TestPlatform, name: string): Promise<number> => {
  const [row] = await platform.runtime.database.platform.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM pgboss.job WHERE name = $1',
    { bind: [name], type: QueryTypes.SELECT },
  )
  return row?.n ?? 0
}
const write = (club: TestTenant) =>
  club.unit((tx) => tx.emit(written, { noteId }), { kind: 'user', id: noteId, userId: noteId })
const redispatch = async (club: TestTenant) => {
  const [event] = await club.unit((tx) =>
    tx.query<{ id: string }>(`SELECT id FROM core.event WHERE tenant_id = $1 AND name = 'notes.written'`, [
      tx.tenantId,
    ]),
  )
  await club.platform.runtime.boss.send('core.dispatch', {
    tenant: club.id,
    input: { events: [event?.id] },
    actor: { kind: 'anonymous' },
  })
}

t.test('an inline handler runs in the dispatch, knows who acted, and hears an event once', async (t) => {
  const { platform, club } = await open()
  t.teardown(() => platform.close())
  await write(club)
  await platform.settle()
  t.match(heard, [{ actor: { kind: 'user', id: noteId }, on: club.id }])
  t.equal(await jobs(platform, 'core.deliver'), 2, 'jobs of the others alone')
  await redispatch(club)
  await platform.settle()
  t.equal(heard.length, 1)
  t.equal(await jobs(platform, 'core.deliver'), 2)
})

t.test('events of one unit of work come together, a hundred at most', async (t) => {
  const { platform, club } = await open()
  t.teardown(() => platform.close())
  await club.unit(async (tx) => {
    for (let n = 0; n < 150; n++) await tx.emit(written, { noteId })
  })
  await platform.settle()
  t.same(together, [100, 50])
  t.equal(new Set(heard.map(({ id }) => id)).size, 150)
})

t.test('an inline handler that fails stops nobody, and is tried again by a job of its own', async (t) => {
  const others: string[] = []
  const { platform, club } = await open(({ what }) => others.push(what))
  t.teardown(() => platform.close())
  fault = new Error('broken')
  await write(club)
  const { failures } = await platform.drain()
  t.same(others.toSorted(), ['index', 'watch notes.written'])
  t.match(failures, [{ message: 'broken' }], 'the delivery failed, the dispatch did not')
  fault = null
  await redispatch(club)
  await platform.settle()
  t.equal(heard.length, 1)
  t.equal(others.length, 2)
})

t.test('where nobody listens an event costs no job; whoever is switched on hears from then on', async (t) => {
  const { platform, club } = await open()
  t.teardown(() => platform.close())
  await club.disable('ear')
  await club.disable('notes')
  await (await club.admin()).get('/api/v1/organizations/current')
  await platform.settle()
  const before = await jobs(platform, 'core.dispatch')
  await write(club)
  t.equal(await jobs(platform, 'core.dispatch'), before)
  await club.enable('ear')
  await write(club)
  await platform.settle()
  t.equal(heard.length, 1)
})
