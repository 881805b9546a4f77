import {
  type Actor,
  actionsService,
  Closed,
  definePlugin,
  eventRef,
  Problem,
  problems,
  Text,
  Uuid,
} from '@guildhall/sdk'
import { Type } from 'typebox'
import { v7 as uuidv7 } from 'uuid'

export const put = eventRef({
  id: 'vault.put',
  version: 1,
  title: 'Something was put in',
  payload: Type.Object({ id: Uuid() }),
  example: { id: '01900000-0000-7000-8000-000000000001' },
})

const PutInput = Closed({ name: Text(40), clash: Type.Optional(Type.Boolean()) })
const One = Closed({ id: Uuid() })

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'vault.put': { input: { name: string; clash?: boolean }; output: { id: string } }
    'vault.get': { input: { id: string }; output: { name: string } }
    'vault.lie': { input: Record<never, never>; output: { id: string } }
  }
}

/** A plugin of one table that bots act on. `tell` hears who did the work of its job. */
export const vaultPlugin = (tell: (actor: Actor) => void = () => {}) =>
  definePlugin({
    id: 'vault',
    version: '1.0.0',
    sdk: '^0.1.0',
    title: 'Vault',
    config: { schema: Type.Object({}) },
    uses: { actions: actionsService },
    permissions: {
      'vault.read': { title: 'Look in', writes: false, grantedTo: ['admin'] },
      'vault.put': { title: 'Put in', writes: true },
    },
    migrations: [
      {
        name: '0001-vault',
        sql: `SELECT app.open_schema('vault');
CREATE TABLE vault.thing (tenant_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
SELECT app.protect('vault.thing');`,
      },
    ],
    events: (e) => e.emits(put),
    jobs: (j) =>
      j.job({
        id: 'vault.count',
        title: 'Count',
        input: Type.Object({}),
        timeoutMs: 5_000,
        attempts: 1,
        run: async (ctx) => tell(ctx.actor),
      }),
    actions: (a) => {
      a.action({
        id: 'vault.put',
        title: 'Put something in',
        requires: 'vault.put',
        effect: 'write',
        input: PutInput,
        output: Type.Object({ id: Uuid() }),
        perRun: 10,
        run: async (ctx, tx, { name, clash }) => {
          await ctx.require('vault.put', { paths: [] })
          const id = uuidv7()
          const insert = 'INSERT INTO vault.thing (tenant_id, id, name) VALUES ($1, $2, $3)'
          await tx.query(insert, [tx.tenantId, id, name])
          await tx.emit(put, { id })
          await tx.audit({ action: 'vault.put', target: { type: 'thing', id } })
          await tx.enqueue('vault.count', {})
          if (clash) await tx.query(insert, [tx.tenantId, uuidv7(), name])
          return { id }
        },
      })
      a.action({
        id: 'vault.get',
        title: 'Look at one',
        requires: 'vault.read',
        effect: 'read',
        input: One,
        output: Type.Object({ name: Text(40) }),
        perRun: 10,
        run: async (ctx, tx, { id }) => {
          const [row] = await tx.query<{ name: string }>(
            'SELECT name FROM vault.thing WHERE tenant_id = $1 AND id = $2',
            [tx.tenantId, id],
          )
          if (!row) throw new Problem(problems.notFound)
          await ctx.require('vault.read', { paths: [] })
          return row
        },
      })
      a.action({
        id: 'vault.lie',
        title: 'Answer something else',
        requires: 'vault.put',
        effect: 'write',
        input: Closed({}),
        output: Type.Object({ id: Uuid() }),
        perRun: 10,
        run: async (_ctx, tx) => {
          await tx.query('INSERT INTO vault.thing (tenant_id, id, name) VALUES ($1, $2, $3)', [
            tx.tenantId,
            uuidv7(),
            'lie',
          ])
          return { id: 'not one' }
        },
      })
    },
  })
