import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import t, { test } from 'tap'
import { systemAccess } from '#core/permissions/access.ts'
import { createContext } from '#core/plugin-host/index.ts'
import type { MembersContext } from '#plugins/members/context.ts'
import { importServiceFor } from '#plugins/members/import/index.ts'
import { startClub } from '../plugins/members/import/importing.ts'

t.setTimeout(900_000)

const ROWS = 100_000
const FIRST = ['Anna', 'Jörg', 'Lena', 'Murat', 'Sofia', 'Paul', 'Zoë', 'Ivan']
const LAST = ['Müller', 'Schmidt', 'Velázquez', 'Öztürk', 'van der Berg', "O'Neil", 'Łukasz']
const two = (n: number) => String(n).padStart(2, '0')

const rowOf = (i: number) =>
  [
    `M${i}`,
    `${FIRST[i % 8]}${i % 977}`,
    `${LAST[i % 7]}${i % 1009}`,
    `m${i}@example.org`,
    `+49221${1_000_000 + i}`,
    `${1940 + (i % 70)}-${two(1 + (i % 12))}-${two(1 + (i % 28))}`,
    `Weg ${i % 300}`,
    10_000 + (i % 80_000),
    `Stadt${i % 500}`,
    `${1990 + (i % 30)}-01-01`,
    'a; b',
  ].join(',')
const header = 'Mitgliedsnummer,Vorname,Nachname,E-Mail,Telefon,Geburtsdatum,Straße,PLZ,Ort,Eintritt,Tags'

test('100,000 rows: plan and apply within 12 times a bare COPY, in bounded memory', async (t) => {
  const { platform, tenant } = await startClub()
  const path = join('/tmp', `guildhall-import-${tenant.id}.csv`)
  await writeFile(path, `${header}\n${Array.from({ length: ROWS }, (_, i) => rowOf(i)).join('\n')}\n`, { mode: 0o644 })
  t.teardown(() => import('node:fs/promises').then(({ rm }) => rm(path)))
  const owner = new pg.Client({ connectionString: platform.ownerUrl })
  await owner.connect()
  t.teardown(() => owner.end())
  // The same indexes, filled from the same file without a look at it.
  await owner.query(`CREATE TABLE public.bare (LIKE members.member INCLUDING ALL)`)
  for (const [column, value] of [
    ['tenant_id', `'${tenant.id}'`],
    ['id', 'gen_random_uuid()'],
    ['display_name', `''`],
  ])
    await owner.query(`ALTER TABLE public.bare ALTER ${column} SET DEFAULT ${value}`)
  let started = performance.now()
  await owner.query(
    `COPY public.bare (name_key, first_name_key, last_name_key, email_key, phone_key, birthday, search, postal_code,
                       city_key, joined_on, notes) FROM '${path}' (FORMAT csv, HEADER)`,
  )
  const bare = performance.now() - started

  const ctx = createContext(platform.runtime.context, {
    plugin: platform.runtime.host.plugin('members')!,
    tenantId: tenant.id,
    actor: { kind: 'system', reason: 'test' },
    enablement: await platform.runtime.enablement.of(tenant.id),
    access: systemAccess,
    signal: new AbortController().signal,
    log: platform.runtime.log,
    scope: {},
    reading: false,
  }) as unknown as MembersContext
  const service = importServiceFor(ctx)
  const before = process.memoryUsage().rss
  let most = before
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss)
  }
  started = performance.now()
  const planned = await service.plan({ path, fileName: 'members.csv', into: 'members' }, look)
  const planning = performance.now() - started
  const applied = await service.apply(planned.id, planned.hash!, look)
  const all = performance.now() - started
  t.match(applied, { state: 'applied', applied: { create: ROWS } })
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const grown = (most - before) / 1024 / 1024
  t.comment(
    `bare COPY ${seconds(bare)}, plan ${seconds(planning)}, apply ${seconds(all - planning)}: ${(all / bare).toFixed(1)} times; memory grew by ${grown.toFixed(0)} MB`,
  )
  t.ok(all / bare <= 12, `${(all / bare).toFixed(1)} times a bare COPY`)
  t.ok(grown <= 150, `memory grew by ${grown.toFixed(0)} MB`)

  const again = await service.plan({ path, fileName: 'members.csv', into: 'members' }, look)
  t.match(again.counts, { unchanged: ROWS, create: 0, update: 0 })
})
