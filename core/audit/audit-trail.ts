import {
  defineListing,
  List,
  type ListRequest,
  Nullable,
  type PageOf,
  readPage,
  Text,
  Timestamp,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const Outcome = Type.Union([Type.Literal('success'), Type.Literal('denied'), Type.Literal('failure')], {
  description: 'Whether it was done, refused, or went wrong',
})

/** One row of the trail. It names changed fields; personal values are not in it. */
export const AuditView = Type.Object(
  {
    id: Uuid(),
    at: Timestamp({ description: 'When it happened' }),
    createdAt: Timestamp({ description: 'The same as at' }),
    updatedAt: Timestamp({ description: 'The trail is never changed: the same as at' }),
    event: Text(120, { description: 'What was done, such as members.created' }),
    outcome: Outcome,
    actor: Type.Object(
      {
        kind: Text(40, { description: '`user`, `token`, `serviceAccount`, `bot`, `system` or `anonymous`' }),
        id: Nullable(Text(300)),
        onBehalfOf: Nullable(Text(300, { description: 'Whose rights were used' })),
        platform: Type.Boolean({ description: 'Somebody with a role over the whole platform' }),
      },
      { description: 'Who did it' },
    ),
    sessionId: Nullable(Text(200, { description: 'Of the browser' })),
    requestId: Nullable(Text(200, { description: 'Stands in the log too' })),
    address: Nullable(Text(60, { description: 'Truncated' })),
    target: Nullable(
      Type.Object(
        { type: Nullable(Text(60, { description: 'Which kind of thing' })), id: Nullable(Text(300)) },
        { description: 'What it was done to' },
      ),
    ),
    changed: List(Text(200), 1000, { description: 'Names of fields, never their values' }),
    meta: Type.Unsafe<Record<string, unknown>>({
      description: 'Further facts, by event',
      type: 'object',
      additionalProperties: true,
    }),
  },
  { title: 'AuditEntry' },
)
export type AuditView = Static<typeof AuditView>

export const auditListing = defineListing({
  id: 'core.audit',
  fields: {
    event: { type: 'text', column: 'a.event', description: 'What happened, such as core.role-granted' },
    actor: { type: 'text', column: 'a.actor_id', nullable: true, description: 'Id of whoever did it' },
    actorKind: {
      type: 'text',
      column: 'a.actor_kind',
      description: 'user, token, serviceAccount, bot, system, anonymous',
    },
    target: { type: 'text', column: 'a.target_id', nullable: true, description: 'Id of what it was done to' },
    outcome: {
      type: 'text',
      column: 'a.outcome',
      values: ['success', 'denied', 'failure'],
      description: 'How it ended',
    },
    at: { type: 'timestamp', column: 'a.at', description: 'When' },
  },
  sorts: { at: { column: 'a.at', type: 'timestamp', leads: true } },
  defaultSort: '-at',
  idColumn: 'a.id',
  tenantColumn: 'a.tenant_id',
})

interface Row {
  id: string
  at: Date
  event: string
  outcome: AuditView['outcome']
  actor_kind: string
  actor_id: string | null
  on_behalf_of: string | null
  platform: boolean
  session_id: string | null
  request_id: string | null
  address: string | null
  target_type: string | null
  target_id: string | null
  changed: string[]
  meta: Record<string, unknown>
}

const viewOf = (row: Row): AuditView => ({
  id: row.id,
  at: row.at.toISOString(),
  createdAt: row.at.toISOString(),
  updatedAt: row.at.toISOString(),
  event: row.event,
  outcome: row.outcome,
  actor: { kind: row.actor_kind, id: row.actor_id, onBehalfOf: row.on_behalf_of, platform: row.platform },
  sessionId: row.session_id,
  requestId: row.request_id,
  address: row.address,
  target: row.target_id === null && row.target_type === null ? null : { type: row.target_type, id: row.target_id },
  changed: row.changed,
  meta: row.meta,
})

export const auditPage = (tx: Tx, request: ListRequest): Promise<PageOf<AuditView>> =>
  readPage<Row, AuditView>(tx, auditListing, request, {
    select: `a.id, a.at, a.event, a.outcome, a.actor_kind, a.actor_id, a.on_behalf_of, a.platform, a.session_id,
             a.request_id, a.address, a.target_type, a.target_id, a.changed, a.meta`,
    from: 'core.audit_event a',
    tenantId: tx.tenantId,
    of: viewOf,
  })

/** All rows the request finds, page by page: no unit of work stays open while a slow reader takes them. */
export async function* auditPages(
  read: <R>(fn: (tx: Tx) => Promise<R>) => Promise<R>,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<AuditView> {
  let cursor: string | null | undefined
  do {
    signal.throwIfAborted()
    const page: PageOf<AuditView> = await read((tx) =>
      auditPage(tx, { ...request, limit: 200, cursor: cursor ?? undefined, total: false }),
    )
    yield* page.items
    cursor = page.page.nextCursor
  } while (cursor !== null)
}
