import { definePlugin, Name, Uuid } from '@guildhall/sdk'
import t from 'tap'
import { Type } from 'typebox'
import { v7 } from 'uuid'
import { startTestPlatform } from '#core/testing/index.ts'

const notes = definePlugin({
  id: 'notes',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Notes',
  config: { schema: Type.Object({}) },
  permissions: {
    'notes.read': { title: 'Read notes', writes: false, grantedTo: ['admin'] },
    'notes.write': { title: 'Write notes', writes: true },
  },
  migrations: [
    {
      name: '0001-notes',
      sql: `SELECT app.open_schema('notes');
        CREATE TABLE notes.note (tenant_id uuid NOT NULL, id uuid NOT NULL, title text NOT NULL, version integer NOT NULL DEFAULT 1, PRIMARY KEY (tenant_id, id));
        SELECT app.protect('notes.note');`,
    },
  ],
  routes: (r) => {
    r.route({
      method: 'POST',
      url: '/notes',
      access: { requires: 'notes.write' },
      summary: 'Write a note',
      schema: { body: Type.Object({ title: Name() }, { additionalProperties: false }), response: Type.Object({ id: Uuid(), title: Type.String(), version: Type.Integer() }) },
      status: 201,
      handler: (ctx, { body }) =>
        ctx.transaction(async (tx) => {
          const id = v7()
          await tx.query('INSERT INTO notes.note (tenant_id, id, title) VALUES ($1, $2, $3)', [tx.tenantId, id, body.title])
          await tx.audit({ action: 'notes.written', target: { type: 'note', id } })
          return { id, title: body.title, version: 1 }
        }),
    })
    r.route({
      method: 'GET',
      url: '/notes',
      access: { requires: 'notes.read' },
      summary: 'List notes',
      schema: { response: Type.Object({ items: Type.Array(Type.Object({ id: Uuid(), title: Type.String() })) }) },
      handler: (ctx) =>
        ctx.read(async (tx) => ({
          items: await tx.query<{ id: string; title: string }>('SELECT id, title FROM notes.note WHERE tenant_id = $1 ORDER BY id', [tx.tenantId]),
        })),
    })
  },
})

t.test('a request goes from the door to the row, in its own organisation only', async (t) => {
  const platform = await startTestPlatform({ plugins: [notes] })
  t.teardown(() => platform.close())
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  const admin = await club.admin()
  const first = await admin.post('/api/v1/notes', { title: 'Hello' }, { 'idempotency-key': 'k1' })
  t.equal(first.statusCode, 201, first.body)
  t.equal(first.headers.location, `/api/v1/notes/${first.json().id}`)
  t.equal(first.headers.etag, '"v1"')
  const again = await admin.post('/api/v1/notes', { title: 'Hello' }, { 'idempotency-key': 'k1' })
  t.same(again.json(), first.json())
  t.equal(again.headers['idempotency-replayed'], 'true')
  t.equal((await admin.post('/api/v1/notes', { title: 'Other' }, { 'idempotency-key': 'k1' })).statusCode, 422)
  t.equal((await admin.get('/api/v1/notes')).json().items.length, 1)
  t.equal((await (await other.admin()).get('/api/v1/notes')).json().items.length, 0)
  t.equal((await (await club.as({ role: 'admin' })).post('/api/v1/notes', { title: 'x' })).statusCode, 403)
  t.equal((await (await club.as('anonymous')).get('/api/v1/notes')).statusCode, 401)
  await club.disable('notes')
  t.equal((await admin.get('/api/v1/notes')).statusCode, 404)
  await club.enable('notes')
  t.equal((await admin.get('/api/v1/notes')).json().items.length, 1)
  t.ok((await club.audit()).some(({ action }) => action === 'notes.written'))
})
