import t, { type Test } from 'tap'
import { connectionOf } from '#core/database/query.ts'
import { requireTenantId } from '#core/database/tenant-transactions.ts'
import { startTestPlatform, type TestPlatform } from '#core/testing/index.ts'
import { notesPlugin } from '../../support/notes-plugin.ts'

const actor = { kind: 'system', reason: 'test' } as const

/** First words of what the one connection of a platform sends from now on. */
async function watchMessages(t: Test, platform: TestPlatform, tenantId: string): Promise<string[]> {
  const messages: string[] = []
  await platform.runtime.units.run({ tenantId, actor, reading: true }, async (tx) => {
    const connection = connectionOf(tx.sequelize)
    const query = connection.query.bind(connection) as (...args: unknown[]) => unknown
    t.teardown(() => Reflect.deleteProperty(connection, 'query'))
    Object.assign(connection, {
      query: (...args: unknown[]) => {
        const [statement] = args as [string | { text: string }]
        messages.push(typeof statement === 'string' ? statement : statement.text)
        return query(...args)
      },
    })
  })
  messages.length = 0
  return messages
}

t.test('BEGIN and the tenant are one message; a small read is three', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()] })
  const club = await platform.tenant('Club')
  const { units } = platform.runtime
  const messages = await watchMessages(t, platform, club.id)
  await units.run({ tenantId: club.id, actor, reading: true }, (tx) => tx.query('SELECT 1 AS one'))
  t.same(
    messages.map((m) => m.split(' ')[0]),
    ['BEGIN', 'SELECT', 'COMMIT'],
  )
  t.match(messages[0], /SET LOCAL app\.tenant = /)
})

t.test(
  'the last statement of a reading unit takes COMMIT along, and one after it still sees only its tenant',
  async (t) => {
    await using platform = await startTestPlatform({ plugins: [notesPlugin()], pool: 1 })
    const clubs = [await platform.tenant('A'), await platform.tenant('B')] as const
    for (const club of clubs) await (await club.admin()).post('/api/v1/notes', { title: club.name })
    const { units } = platform.runtime
    const [{ id: tenantId }] = clubs
    const messages = await watchMessages(t, platform, tenantId)
    const words = () => messages.splice(0).map((message) => message.split(/[ ;]/)[0])
    const titles = 'SELECT title FROM notes.note'

    await units.run({ tenantId, actor, reading: true }, async (tx) => {
      const answer = tx.query(titles, [], { last: true })
      t.same(words(), ['BEGIN', 'SELECT', 'COMMIT'], 'all three are sent before anything is answered')
      t.same(await answer, [{ title: 'A' }])
    })
    t.same(words(), [], 'it has ended already')

    await units.run({ tenantId, actor, reading: true }, async (tx) => {
      await tx.query(titles, [], { last: true })
      const both = await Promise.all([tx.query(titles), tx.query(titles)])
      t.same(both, [[{ title: 'A' }], [{ title: 'A' }]])
    })
    t.same(words(), ['BEGIN', 'SELECT', 'COMMIT', 'BEGIN', 'SELECT', 'SELECT', 'COMMIT'])

    const failing = units.run({ tenantId, actor, reading: true }, (tx) => tx.query('SELECT 1 / 0', [], { last: true }))
    await t.rejects(failing, /division by zero/)
    await units
      .run({ tenantId, actor }, async (tx) => {
        await tx.query('DELETE FROM notes.note WHERE tenant_id = $1', [tenantId], { last: true })
        throw new Error('changed my mind')
      })
      .catch(() => {})
    const left = await units.run({ tenantId, actor, reading: true }, (tx) => tx.query(titles))
    t.same(left, [{ title: 'A' }], 'a writing unit ends when it ends')
  },
)

t.test('without a tenant the serving role sees nothing and can write nothing', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()] })
  const club = await platform.tenant('Club')
  await (await club.admin()).post('/api/v1/notes', { title: 'Secret' })
  const { rw } = platform.runtime.database
  t.same((await rw.query('SELECT * FROM notes.note'))[0], [])
  await t.rejects(
    rw.query(`INSERT INTO notes.note (tenant_id, id, title) VALUES ('${club.id}', gen_random_uuid(), 'x')`),
    /row-level security/,
  )
})

t.test('interleaved units on a pool of two never see each other, through aborts and errors', async (t) => {
  await using platform = await startTestPlatform({ plugins: [notesPlugin()], pool: 2 })
  const clubs = [await platform.tenant('A'), await platform.tenant('B')]
  for (const club of clubs) await (await club.admin()).post('/api/v1/notes', { title: club.name })
  const { units } = platform.runtime
  let wrong = 0
  await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const club = clubs[i % 2]
      if (!club) return
      const run = units.run({ tenantId: club.id, actor, reading: i % 3 === 0 }, async (tx) => {
        const rows = await tx.query<{ title: string }>('SELECT title FROM notes.note')
        if (rows.length !== 1 || rows[0]?.title !== club.name) wrong++
        if (i % 7 === 0) await tx.query('SELECT 1 / 0')
        if (i % 11 === 0) throw new Error('abort')
      })
      await run.catch(() => {})
    }),
  )
  t.equal(wrong, 0)
})

t.test('the tenant goes into SQL text only as a UUID', (t) => {
  for (const bad of [
    '',
    "x'; DROP TABLE core.tenant; --",
    '00000000-0000-0000-0000-00000000000G',
    'A0000000-0000-7000-8000-000000000000',
  ])
    t.throws(() => requireTenantId(bad), TypeError)
  t.end()
})
