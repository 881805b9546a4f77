import { definePlugin, eventRef, Name, Uuid } from '@guildhall/sdk'
import { Type } from 'typebox'
import { v7 as uuidv7 } from 'uuid'

/** A plugin of one table, with every kind of entry: what the host's tests speak to. */
export const written = eventRef({
  id: 'notes.written',
  version: 1,
  title: 'A note was written',
  payload: Type.Object({ noteId: Uuid() }),
  example: { noteId: '01900000-0000-7000-8000-000000000001' },
})

const Note = Type.Object({ id: Uuid(), title: Type.String(), version: Type.Integer() })
const WriteNote = Type.Object({ title: Name(), fail: Type.Optional(Type.Boolean()) }, { additionalProperties: false })

export interface Heard {
  readonly tenantId: string
  readonly what: string
  readonly id: string
}

/** `hear` is told what subscriptions and jobs received; it may throw to make them fail. */
export const notesPlugin = (hear: (heard: Heard) => void = () => {}) =>
  definePlugin({
    id: 'notes',
    version: '1.0.0',
    sdk: '^0.1.0',
    title: 'Notes',
    config: {
      schema: Type.Object(
        { colour: Type.String({ maxLength: 20, default: 'white' }) },
        { additionalProperties: false },
      ),
    },
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
    events: (e) => {
      e.emits(written)
      e.on(written, 'index', async (ctx, event) => hear({ tenantId: ctx.tenantId, what: 'index', id: event.id }))
      e.any('watch', async (ctx, event) => hear({ tenantId: ctx.tenantId, what: `watch ${event.event}`, id: event.id }))
    },
    jobs: (j) => {
      j.job({
        id: 'notes.tidy',
        title: 'Tidy up',
        input: Type.Object({ day: Type.String({ maxLength: 40 }) }),
        timeoutMs: 5_000,
        attempts: 3,
        schedule: {
          cron: '30 2 * * *',
          timezone: 'tenant',
          input: ({ scheduledFor }) => ({ day: scheduledFor.toISOString() }),
        },
        run: async (ctx, input, job) => hear({ tenantId: ctx.tenantId, what: `tidy ${input.day}`, id: job.id }),
      })
    },
    routes: (r) => {
      r.route({
        method: 'POST',
        url: '/notes',
        access: { requires: 'notes.write' },
        summary: 'Write a note',
        schema: { body: WriteNote, response: Note },
        status: 201,
        handler: (ctx, { body }) =>
          ctx.transaction(async (tx) => {
            const id = uuidv7()
            await tx.query('INSERT INTO notes.note (tenant_id, id, title) VALUES ($1, $2, $3)', [
              tx.tenantId,
              id,
              body.title,
            ])
            await tx.emit(written, { noteId: id })
            await tx.audit({ action: 'notes.written', target: { type: 'note', id }, changed: ['title'] })
            if (body.fail) throw new Error('asked to fail')
            return { id, title: body.title, version: 1 }
          }),
      })
      r.route({
        method: 'GET',
        url: '/notes',
        access: { requires: 'notes.read' },
        summary: 'List notes',
        schema: { response: Type.Object({ items: Type.Array(Note) }) },
        handler: (ctx) =>
          ctx.read(async (tx) => ({
            items: await tx.query<{ id: string; title: string; version: number }>(
              'SELECT id, title, version FROM notes.note WHERE tenant_id = $1 ORDER BY id',
              [tx.tenantId],
            ),
          })),
      })
      r.route({
        method: 'POST',
        url: '/notes/tidy',
        access: { requires: 'notes.write' },
        summary: 'Tidy up in the background',
        schema: { response: Type.Object({}) },
        status: 202,
        handler: (ctx) =>
          ctx.transaction(async (tx) => {
            await tx.enqueue('notes.tidy', { day: 'asked' }, { key: 'asked' })
            return {}
          }),
      })
    },
  })
