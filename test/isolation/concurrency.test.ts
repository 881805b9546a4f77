import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { notesPlugin } from '../support/notes-plugin.ts'
import { until } from '../support/until.ts'
import { Club } from './club.ts'
import { listening, storm } from './storm.ts'
import { connectOwner } from './traces.ts'

t.setTimeout(180_000)

const seed = Number(process.env.STORM_SEED ?? Math.floor(Date.now() / 86_400_000))
t.comment(`STORM_SEED=${seed}`)

t.test('two organisations share two connections, with errors and callers who hang up, and never meet', async (t) => {
  const platform = await startTestPlatform({ plugins: [...bundledPlugins, notesPlugin()], pool: 2 })
  const owner = await connectOwner(platform.ownerUrl)
  t.teardown(async () => {
    await owner.end()
    await platform.close()
  })
  const base = await listening(platform)
  const [one, two] = [await Club.found(platform, 'alphaword'), await Club.found(platform, 'omegaword')]
  const side = ({ word, owner: client, tenant }: Club) => ({ word, client, tenantId: tenant.id })
  const { wrong, made } = await storm(base, [side(one), side(two)], { seed, requests: 250, atOnce: 12 })
  t.same(wrong, [])

  for (const [club, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const count = async (sql: string) => (await owner.query<{ n: number }>(sql, [club.tenant.id])).rows[0]?.n ?? -1
    const kept = await count('SELECT count(*)::int AS n FROM members.member WHERE tenant_id = $1')
    t.ok(kept >= (made.get(club.word) ?? 0) && kept > 20, `${kept} members, ${made.get(club.word)} answered with 201`)
    t.equal(
      await count(
        `SELECT count(*)::int AS n FROM members.member WHERE tenant_id = $1 AND first_name LIKE '${other.word}%'`,
      ),
      0,
    )
    t.equal(
      await count(`SELECT count(*)::int AS n FROM notes.note WHERE tenant_id = $1 AND title LIKE '${other.word}%'`),
      0,
    )
    // Effects commit with the data: as many events as rows, or the unit was not one.
    t.equal(
      await count(`SELECT count(*)::int AS n FROM core.event WHERE tenant_id = $1 AND name = 'members.created'`),
      kept,
    )
    t.equal(
      await count(`SELECT count(*)::int AS n FROM core.audit_event WHERE tenant_id = $1 AND event = 'members.created'`),
      kept,
    )
  }
  // Whoever hung up is still being answered for a moment, and jobs go on: one that was left open stays so.
  await until('no unit of work is left open', async () => {
    const idle = await owner.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    )
    return idle.rowCount === 0
  })
})
