/** The real server with a few routes of every kind; nothing listens unless a test asks. */
import {
  defineListing,
  Email,
  Filter,
  List,
  LongText,
  listQuery,
  Metadata,
  Nullable,
  Page,
  Problem,
  parseListQuery,
  problems,
  Text,
  Uuid,
} from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import Type from 'typebox'
import { createLog, createServer, type ServerOptions } from '#core/http/index.ts'

export const listing = defineListing({
  id: 'things',
  idColumn: 't.id',
  defaultSort: 'name',
  fields: { name: { type: 'text', column: 't.name', description: 'Name' } },
  sorts: { name: { column: 't.name', type: 'text', leads: true } },
})
const Thing = Type.Object(
  {
    name: Text(20),
    note: Type.Optional(LongText(100)),
    email: Type.Optional(Nullable(Email())),
    size: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
    tags: Type.Optional(List(Text(5), 2)),
    metadata: Type.Optional(Metadata()),
    password: Type.Optional(Type.String({ maxLength: 100 })),
    filter: Type.Optional(Filter.ref),
  },
  { additionalProperties: false },
)
const open = 'a test route'

export interface Started {
  readonly app: FastifyInstance
  readonly lines: string[]
}

export async function start(
  t: Pick<Test, 'teardown'>,
  o: Partial<ServerOptions> = {},
  more?: (app: FastifyInstance) => void,
): Promise<Started> {
  const lines: string[] = []
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } })
  const app = await createServer({ log, version: '1.2.3', publicUrl: 'http://localhost:8000', ...o })
  t.teardown(() => app.close())
  app.post(
    '/api/v1/things',
    { schema: { body: Thing, tags: ['Things'], summary: 'Make a thing' }, config: { open, plugin: 'things' } },
    async ({ body }) => body,
  )
  app.get(
    '/api/v1/things',
    { schema: { querystring: listQuery(listing), response: { 200: Page(Thing) } }, config: { open, plugin: 'things' } },
    async ({ query }) => {
      parseListQuery(listing, query as Record<string, unknown>)
      return { items: [], page: { nextCursor: null } }
    },
  )
  app.get('/api/v1/things/:id', { schema: { params: Type.Object({ id: Uuid() }) }, config: { open } }, async () => {
    throw new Problem(problems.notFound)
  })
  app.post('/api/v1/members/invites/:token/accept', { config: { open } }, async ({ log }) => {
    log.info(
      { email: 'canary-logged@x.org', token: 'canary-token', deep: { er: { password: 'canary-deep' } } },
      'accepting',
    )
    return { ok: true }
  })
  more?.(app)
  await app.ready()
  return { app, lines }
}
