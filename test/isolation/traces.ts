import pg from 'pg'

/**
 * What an organisation leaves behind in the database: a checksum of every row it has, and its word planted into every
 * text. Asked as the owner of the server, for whom no policy counts.
 */

interface Table {
  readonly name: string
  /** The column that holds the organisation's id. */
  readonly tenant: string
  readonly texts: readonly string[]
  readonly documents: readonly string[]
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

export async function connectOwner(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

/** Every table with rows of organisations. */
export async function tenantTables(owner: pg.Client): Promise<Table[]> {
  const { rows } = await owner.query<{
    schema: string
    table: string
    columns: { name: string; type: string; generated: boolean }[]
  }>(
    `SELECT n.nspname AS schema, c.relname AS table,
            json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL), 'generated', a.attgenerated <> '')) AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss')
      GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  return rows.flatMap(({ schema, table, columns }) => {
    const name = `${quote(schema)}.${quote(table)}`
    const tenant =
      name === '"core"."tenant"' ? 'id' : columns.some((column) => column.name === 'tenant_id') ? 'tenant_id' : null
    if (!tenant) return []
    const of = (type: string) => columns.filter((c) => c.type === type && !c.generated).map((c) => c.name)
    return [{ name, tenant, texts: of('text'), documents: of('jsonb') }]
  })
}

/** One text for everything an organisation has, its waiting jobs too; `name: count md5` a table. */
export async function checksums(owner: pg.Client, tenantId: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  // When a token was used is written down a minute later, whatever else happens then.
  const row = "md5((to_jsonb(t) - 'last_used_at')::text)"
  const sum = async (name: string, from: string) => {
    const { rows } = await owner.query<{ sum: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(${row}, '' ORDER BY ${row})), '') AS sum FROM ${from}`,
      [tenantId],
    )
    sums[name] = rows[0]!.sum
  }
  for (const table of await tenantTables(owner))
    await sum(table.name, `${table.name} t WHERE ${quote(table.tenant)} = $1`)
  await sum('pgboss.job', `(SELECT id, name, data FROM pgboss.job) t WHERE t.data->>'tenant' = $1::text`)
  return sums
}

/** Columns whose text means something to the machine: keys, paths, states. Foreign words there would only break things. */
const structural =
  /(^|_)(id|ids|key|path|type|kind|state|status|outcome|role|slug|cron|time_zone|hash|cycle|currency|country|system|job|plugin|subscription|command|extent|principal|route|target|language|currency|client|public_id|issuer|edition|operation|own_view|part|mode|encoding|format|config)$|^(name_key|search|plugin_id|event|actor|actor_kind|value)$/

/**
 * Writes the word into every text and document of the organisation that holds words, whatever wrote the row.
 * @returns the columns it is in now, as `schema.table.column`
 */
export async function plant(owner: pg.Client, tenantId: string, word: string): Promise<string[]> {
  const planted: string[] = []
  for (const table of await tenantTables(owner)) {
    const columns = [
      ...table.texts
        .filter((column) => !structural.test(column))
        .map((column) => ({ column, value: `'${word}' || md5(random()::text)` })),
      ...table.documents
        .filter((column) => !structural.test(column))
        .map((column) => ({
          column,
          value: `CASE jsonb_typeof(${quote(column)}) WHEN 'object' THEN ${quote(column)} || jsonb_build_object('planted', '${word}') ELSE ${quote(column)} END`,
        })),
    ]
    for (const { column, value } of columns) {
      try {
        const { rowCount } = await owner.query(
          `UPDATE ${table.name} SET ${quote(column)} = ${value} WHERE ${quote(table.tenant)} = $1 AND ${quote(column)} IS NOT NULL`,
          [tenantId],
        )
        if (rowCount) planted.push(`${table.name}.${column}`.replaceAll('"', ''))
      } catch (error) {
        // A column with a rule of its own keeps what the API wrote, which holds the word already.
        if (!/^23|^22/.test((error as { code?: string }).code ?? '')) throw error
      }
    }
  }
  return planted
}
