import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createApiToken } from '#core/auth/index.ts'
import { loadConfig } from '#core/config/index.ts'
import { createLog } from '#core/http/index.ts'
import { openPlatform, type Platform } from '#core/platform.ts'
import { createOrganization } from '#core/tenancy/create-organization.ts'

/** An organisation of the ground, with a token of its administrator. */
export interface Ground {
  readonly platform: Platform
  readonly ownerUrl: string
  readonly dataDir: string
  organization(slug: string, members: number): Promise<{ id: string; token: string }>
  close(): Promise<void>
}

/** A platform on an embedded database of its own that flushes to disk as in production, in a folder that goes away. */
export async function prepareGround(): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const { PATH = '', HOME = '' } = process.env
  const config = loadConfig({ env: { PATH, HOME, GUILDHALL_DATA_DIR: dataDir, LOG_LEVEL: 'error' } })
  const platform = await openPlatform({ config, log: createLog({ level: 'error' }), working: false })
  const ownerUrl = platform.prepared.urls.owner
  return {
    platform,
    ownerUrl,
    dataDir,
    organization: async (slug, members) => {
      const { runtime } = platform
      const { id } = await createOrganization(
        {
          platformUnits: runtime.platformUnits,
          host: runtime.host,
          context: runtime.context,
          bundled: runtime.host.plugins.map((plugin) => plugin.id),
          log: runtime.log,
        },
        { slug, name: slug },
      )
      await populate(ownerUrl, id, members)
      const { token } = await runtime.units.run(
        { tenantId: id, actor: { kind: 'system', reason: 'benchmark' } },
        (tx) => createApiToken(tx, { name: 'benchmark', role: 'makerspace_admin' }),
      )
      return { id, token }
    },
    close: async () => {
      await platform.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Members as the application would write them: keys folded, four of five active, names from a small language. */
async function populate(url: string, tenantId: string, members: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(
      `INSERT INTO members.member (tenant_id, id, first_name, last_name, display_name, email, phone, birthday, gender, role, status, pending,
         joined_on, search, name_key, first_name_key, last_name_key, display_name_key, email_key, phone_key, created_at, updated_at)
       SELECT $1, gen_random_uuid(), f, l, f || ' ' || l, e, p, DATE '1950-01-01' + (n % 20000), (ARRAY['female','male','diverse'])[1 + n % 3],
              'maker', CASE WHEN n % 5 = 0 THEN 'pending' ELSE 'active' END, n % 5 = 0, DATE '2000-01-01' + (n % 9000),
              lower(f || ' ' || l || ' ' || e), lower(l || '|' || f), lower(f), lower(l), lower(f || ' ' || l), e, p,
              now() - n * interval '1 second', now() - n * interval '1 second'
         FROM (SELECT n,
                 (ARRAY['Anna','Ben','Clara','David','Emma','Felix','Greta','Hans','Ida','Jonas'])[1 + n % 10] || (n / 1000) AS f,
                 (ARRAY['Meyer','Schulz','Wagner','Becker','Hoffmann','Koch','Richter','Klein'])[1 + (n / 7) % 8] || lpad((n * 7919 % 100003)::text, 6, '0') AS l,
                 'member' || n || '@example.org' AS e, '+49151' || lpad(n::text, 8, '0') AS p
                 FROM generate_series(1, $2) AS n) AS people`,
      [tenantId, members],
    )
    await client.query('ANALYZE members.member')
  } finally {
    await client.end()
  }
}
