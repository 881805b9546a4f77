import { definePlugin, type PluginDefinition } from '@guildhall/sdk'
import Type from 'typebox'
import { v7 as uuidv7 } from 'uuid'

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'stamps.add': { input: { n: number }; output: { n: number } }
  }
}

/** Counts what is done: each call of its action is a row. @param during runs inside the action, after the row is written */
export const stampsPlugin = (during: (n: number) => Promise<void> = async () => {}): PluginDefinition =>
  definePlugin({
    id: 'stamps',
    version: '1.0.0',
    sdk: '^0.1.0',
    title: 'Stamps',
    config: { schema: Type.Object({}) },
    permissions: { 'stamps.write': { title: 'Stamp', writes: true } },
    migrations: [
      {
        name: '0001-stamps',
        sql: `SELECT app.open_schema('stamps');
CREATE TABLE stamps.stamp (tenant_id uuid NOT NULL REFERENCES core.tenant (id) ON DELETE CASCADE, id uuid NOT NULL,
  n integer NOT NULL, PRIMARY KEY (tenant_id, id));
SELECT app.protect('stamps.stamp');`,
      },
    ],
    actions: (a) =>
      a.action({
        id: 'stamps.add',
        title: 'Stamp',
        requires: 'stamps.write',
        effect: 'write',
        input: Type.Object({ n: Type.Integer() }),
        output: Type.Object({ n: Type.Integer() }),
        perRun: 1000,
        run: async (_ctx, tx, { n }) => {
          await tx.query('INSERT INTO stamps.stamp (tenant_id, id, n) VALUES ($1, $2, $3)', [tx.tenantId, uuidv7(), n])
          await during(n)
          return { n }
        },
      }),
  })
