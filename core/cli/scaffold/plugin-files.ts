/** A file of a new plugin, by its path below the plugin's folder. */
export type ScaffoldFiles = Readonly<Record<string, string>>

export interface PluginNames {
  /** `visitor-log` */
  readonly id: string
  /** `Visitor log` */
  readonly title: string
  /** `visitorLog`: in code. */
  readonly variable: string
  /** `visitor_log`: the schema in PostgreSQL. */
  readonly schema: string
}

export function pluginNames(id: string, title?: string): PluginNames {
  const words = id.split('-')
  return {
    id,
    title: title ?? `${words[0]![0]!.toUpperCase()}${words.join(' ').slice(1)}`,
    variable: words.map((word, i) => (i === 0 ? word : `${word[0]!.toUpperCase()}${word.slice(1)}`)).join(''),
    schema: id.replaceAll('-', '_'),
  }
}

/** What is the same inside the house and in a package of its own. `ext` is how imports end. */
export const pluginFiles = (n: PluginNames, migration: string): ScaffoldFiles => ({
  'index.ts': `/** ${n.title}: notes that an organisation keeps. */
import { definePlugin } from '@guildhall/sdk'
import Type from 'typebox'
import { noteAdded } from './events.ts'
import { ${n.variable}Migration } from '${migration}'
import { routes } from './routes.ts'

export const ${n.variable} = definePlugin({
  id: '${n.id}',
  version: '0.1.0',
  sdk: '^0.1.0',
  title: '${n.title}',
  description: 'Notes that an organisation keeps.',
  config: {
    schema: Type.Object(
      { mostNotes: Type.Integer({ minimum: 1, maximum: 10_000, default: 1000, description: 'Notes an organisation may keep' }) },
      { additionalProperties: false },
    ),
  },
  permissions: {
    '${n.id}.read': { title: 'See notes', writes: false, grantedTo: ['admin'] },
    '${n.id}.write': { title: 'Add and delete notes', writes: true },
  },
  migrations: [${n.variable}Migration],
  events: (e) => e.emits(noteAdded),
  routes,
  tenant: {
    purge: async (_ctx, tx) => {
      await tx.query('DELETE FROM ${n.schema}.note WHERE tenant_id = $1', [tx.tenantId])
    },
  },
})

export default ${n.variable}
`,
  'events.ts': `import { Closed, eventRef, Uuid } from '@guildhall/sdk'

declare module '@guildhall/sdk' {
  interface EventRegistry {
    '${n.id}.noteAdded': { noteId: string }
  }
}

/** Ids only: payloads of events carry no personal values. */
export const noteAdded = eventRef({
  id: '${n.id}.noteAdded',
  version: 1,
  title: 'A note was added',
  payload: Closed({ noteId: Uuid() }),
  example: { noteId: '01890a5d-ac96-774b-bcce-b302099a8057' },
})
`,
  'notes.ts': `import { defineListing, LongText, Text, Timestamp, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const Note = Type.Object({
  id: Uuid(),
  title: Text(200),
  text: LongText(10_000),
  createdAt: Timestamp(),
  updatedAt: Timestamp(),
  version: Type.Integer(),
})
export type Note = Static<typeof Note>

export interface NoteRow {
  id: string
  title: string
  text: string
  created_at: Date
  updated_at: Date
  version: number
}
export const columns = 'id, title, text, created_at, updated_at, version'

export const noteOf = ({ created_at, updated_at, ...note }: NoteRow): Note => ({
  ...note,
  createdAt: created_at.toISOString(),
  updatedAt: updated_at.toISOString(),
})

/** The first sort key has an index (tenant_id, key, id): page N costs page 1. */
export const noteListing = defineListing({
  id: '${n.id}.notes',
  fields: { title: { type: 'text', column: 'title', description: 'Title of the note' } },
  sorts: { createdAt: { column: 'created_at', type: 'timestamp', leads: true } },
  defaultSort: '-createdAt',
  idColumn: 'id',
  tenantColumn: 'tenant_id',
})

/** Every statement names tenant_id and runs under row-level security: each of the two walls holds alone. */
export const countNotes = async (tx: Tx): Promise<number> => {
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM ${n.schema}.note WHERE tenant_id = $1', [tx.tenantId])
  return row?.n ?? 0
}
`,
  'routes.ts': `import { Closed, type Context, LongText, listQuery, Page, parseListQuery, Problem, problems, type Router, readPage, Text, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import { noteAdded } from './events.ts'
import { columns, countNotes, Note, noteListing, noteOf, type NoteRow } from './notes.ts'

type Permission = '${n.id}.read' | '${n.id}.write'
type None = Record<never, never>
type Ctx = Context<None, None, { mostNotes: number }, Permission>

export function routes(r: Router<Ctx, Permission>): void {
  r.route({
    method: 'GET',
    url: '/${n.id}',
    access: { requires: '${n.id}.read' },
    summary: 'List notes',
    schema: { query: listQuery(noteListing), response: Page(Note) },
    handler: (ctx, { query }) =>
      ctx.read((tx) =>
        readPage<NoteRow, Note>(tx, noteListing, parseListQuery(noteListing, query), {
          select: columns,
          from: '${n.schema}.note',
          tenantId: tx.tenantId,
          of: noteOf,
        }),
      ),
  })
  r.route({
    method: 'POST',
    url: '/${n.id}',
    access: { requires: '${n.id}.write' },
    summary: 'Add a note',
    schema: { body: Closed({ title: Text(200), text: Type.Optional(LongText(10_000)) }), response: Note },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        if ((await countNotes(tx)) >= ctx.config.mostNotes)
          throw new Problem(problems.conflict, { detail: \`There is room for \${ctx.config.mostNotes} notes. Delete some first.\` })
        const [row] = await tx.query<NoteRow>(
          \`INSERT INTO ${n.schema}.note (tenant_id, id, title, text, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5) RETURNING \${columns}\`,
          [tx.tenantId, uuidv7(), body.title, body.text ?? '', tx.now()],
        )
        const note = noteOf(row as NoteRow)
        await tx.emit(noteAdded, { noteId: note.id })
        await tx.audit({ action: '${n.id}.note-added', target: { type: 'note', id: note.id } })
        return note
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/${n.id}/:id',
    access: { requires: '${n.id}.write' },
    summary: 'Delete a note',
    schema: { params: Closed({ id: Uuid() }), response: Type.Null() },
    status: 204,
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const gone = await tx.query('DELETE FROM ${n.schema}.note WHERE tenant_id = $1 AND id = $2 RETURNING id', [tx.tenantId, params.id])
        if (gone.length === 0) throw new Problem(problems.notFound)
        await tx.audit({ action: '${n.id}.note-deleted', target: { type: 'note', id: params.id } })
        return null
      }),
  })
}
`,
})

export const migrationFile = (n: PluginNames): string => `import type { Migration } from '@guildhall/sdk'

/** Append-only: a change is a new migration. */
export const ${n.variable}Migration: Migration = {
  name: '0001-notes',
  sql: \`
SELECT app.open_schema('${n.schema}');
CREATE TABLE ${n.schema}.note (
  tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  title text NOT NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX note_created ON ${n.schema}.note (tenant_id, created_at, id);
SELECT app.protect('${n.schema}.note');
\`,
}
`

export const testFile = (n: PluginNames, from: string, testing: string): string => `import { test } from 'tap'
import { startTestPlatform } from '${testing}'
import { ${n.variable} } from '${from}'

test('notes belong to one organisation, and only staff sees them', async (t) => {
  const platform = await startTestPlatform({ plugins: [${n.variable}] })
  t.teardown(() => platform.close())
  const [club, other] = [await platform.tenant('Club'), await platform.tenant('Other')]
  const admin = await club.admin()

  const added = await admin.post('/api/v1/${n.id}', { title: 'Keys', text: 'Under the mat' })
  t.equal(added.statusCode, 201, added.body)
  t.match((await admin.get('/api/v1/${n.id}')).json(), { items: [{ title: 'Keys', version: 1 }] })

  t.same((await (await other.admin()).get('/api/v1/${n.id}')).json().items, [], 'another organisation sees nothing')
  t.equal((await (await club.as({ role: 'maker' })).get('/api/v1/${n.id}')).statusCode, 403)
  t.ok((await club.audit()).some(({ action }) => action === '${n.id}.note-added'))

  await club.disable('${n.id}')
  t.equal((await admin.get('/api/v1/${n.id}')).statusCode, 404, 'a plugin that is off is not there')
})
`

export const readmeFile = (n: PluginNames, o: { test: string; register: string }): string => `# ${n.title}

Notes that an organisation keeps: a plugin to begin from.

| file | what it holds |
|---|---|
| \`index.ts\` | the definition: configuration, permissions, what it brings |
| \`routes.ts\` | addresses under \`/api/v1/${n.id}\`; they validate and open the unit of work |
| \`notes.ts\` | what a note looks like, and its SQL |
| \`events.ts\` | what others may listen to |

Register it: ${o.register}

Try it: \`${o.test}\`

Next: actions, so that bots can reach it (\`actions\` of \`definePlugin\`).
`
