import pg from 'pg'
import { tenantTables } from './traces.ts'

/**
 * Takes one of the two walls down, to see the other one stand: ARCHITECTURE §3. Both act on the serving role alone;
 * the platform role has its own policies and crosses organisations on purpose.
 */

/** Row-level security of all tables, jobs too. */
export async function dropPolicies(owner: pg.Client): Promise<() => Promise<void>> {
  const tables = (await tenantTables(owner)).map(({ name }) => name)
  const all = async (what: 'DISABLE' | 'ENABLE') => {
    for (const table of tables) await owner.query(`ALTER TABLE ${table} ${what} ROW LEVEL SECURITY`)
  }
  await all('DISABLE')
  return () => all('ENABLE')
}

const placeholder = String.raw`\$\d+(?:::uuid)?`
const literal = `'[0-9a-f]{8}-[0-9a-f-]{27}'(?:::uuid)?`
/** A column of the organisation compared with a given value; comparisons of two columns are joins, which stay. */
const conditions: readonly RegExp[] = [
  new RegExp(String.raw`(?:"?\b\w+"?\.)?"?\btenant_id"?\s*=\s*(${placeholder}|${literal})`, 'gi'),
  new RegExp(String.raw`(${placeholder})\s*=\s*(?:"?\b\w+"?\.)?"?\btenant_id"?`, 'gi'),
]

/** `tenant_id = $1` becomes true, and `$1` keeps its type and its place. */
export function withoutTenant(sql: string): string {
  return conditions.reduce(
    (text, condition) =>
      text.replace(condition, (_whole, value: string) => `(${value.replace(/::uuid$/, '')}::uuid IS NOT NULL)`),
    sql,
  )
}

/**
 * Rewrites what the serving role sends, below everything that could look at it: at the driver.
 * @returns how many statements were rewritten, and the way back
 */
export function forgetTenants(): { rewritten(): number; restore(): void } {
  type Query = (this: pg.Client, ...args: unknown[]) => unknown
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const { query } = prototype
  let count = 0
  const changed = (sql: string) => {
    const forgetful = withoutTenant(sql)
    if (forgetful !== sql) count++
    return forgetful
  }
  prototype.query = function (first, ...rest) {
    const serves = this.user?.endsWith('_rw')
    if (serves && typeof first === 'string') return query.call(this, changed(first), ...rest)
    if (serves && typeof first === 'object' && first !== null && 'text' in first) {
      const statement = first as { name?: string; text: string }
      const text = changed(statement.text)
      // Under its name the connection keeps what it was.
      if (text !== statement.text) delete statement.name
      statement.text = text
    }
    return query.call(this, first, ...rest)
  }
  return {
    rewritten: () => count,
    restore: () => {
      prototype.query = query
    },
  }
}
