import type { Client } from 'pg'
import type { PluginHost } from '../plugin-host/index.ts'
import { code, openingOf, tableOf } from './page.ts'

interface Table {
  readonly schema: string
  readonly name: string
  readonly secured: boolean
  readonly columns: readonly { name: string; type: string; null: boolean; default: string | null }[]
  readonly constraints: readonly string[]
  readonly indexes: readonly string[]
}

const statement = `
  SELECT n.nspname AS schema, c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS secured,
         (SELECT json_agg(json_build_object(
                   'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'null', NOT a.attnotnull,
                   'default', pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
         (SELECT coalesce(json_agg(pg_get_constraintdef(k.oid) ORDER BY position(k.contype::text IN 'pufxc'), k.conname), '[]')
            FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'x', 'c')) AS constraints,
         (SELECT coalesce(json_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid::regclass::text), '[]')
            FROM pg_index i WHERE i.indrelid = c.oid
             AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)) AS indexes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p')
   ORDER BY array_position($1::text[], n.nspname::text), c.relname`

/** Every table as the migrations made it: read from the catalogue of a migrated database, never written by hand. */
export async function schemaPage(client: Client, host: PluginHost): Promise<string> {
  const schemas = ['core', ...host.migrations.map(({ owner }) => owner).filter((owner) => owner !== 'core')]
  const { rows } = await client.query<Table>(statement, [schemas])
  return [
    ...openingOf('Database schema', 'a database with all migrations'),
    'One PostgreSQL schema a plugin. A row of an organisation carries `tenant_id`, primary and foreign keys begin with it, and',
    'row-level security holds it (*secured*), beside the `tenant_id` that every statement names. The schema `pgboss` belongs to',
    'the job queue, `app` to the migrations. `guildhall migrate --check` compares a database with what stands here.',
    '',
    ...schemas.flatMap((schema) => [
      `## ${schema}`,
      '',
      ...rows.filter((table) => table.schema === schema).flatMap(tableText),
    ]),
  ].join('\n')
}

const tableText = (table: Table): string[] => [
  `### ${table.schema}.${table.name}`,
  '',
  ...(table.secured
    ? []
    : [
        'Not secured: it belongs to the platform, and the role that serves requests sees it through functions only.',
        '',
      ]),
  ...tableOf(
    ['column', 'type', 'null', 'default'],
    table.columns.map((column) => [
      code(column.name),
      column.type,
      column.null ? 'yes' : '',
      column.default === null ? '' : code(column.default),
    ]),
  ),
  ...table.constraints.map((text) => `- ${code(oneLine(text))}`),
  ...table.indexes.map((text) => `- ${code(oneLine(text.replace(/ ON \S+ USING/, ' USING').replace(/^CREATE /, '')))}`),
  '',
]

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
