import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { test } from 'tap'
import { plan, show, startClub } from '../plugins/members/import/importing.ts'

t.setTimeout(240_000)

const ROWS = 8000

test('an import killed in the middle goes on where it was, and no row is applied twice', async (t) => {
  const club = await startClub()
  const { platform, tenant, admin } = club
  const lines = Array.from({ length: ROWS }, (_, i) => `${i},First${i},Name${i},tag`)
  const planned = await plan(club, `external id,first name,last name,tags\n${lines.join('\n')}\n`)
  t.equal(planned.counts.create, ROWS)
  const count = (table: string) =>
    tenant.unit(async (tx) => {
      const [row] = await tx.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table} WHERE tenant_id = $1`, [
        tx.tenantId,
      ])
      return row!.n
    })
  const [role] = await tenant.unit((tx) =>
    tx.query<{ name: string }>(`SELECT name FROM app.role_name WHERE purpose = 'rw'`),
  )
  const child = spawn(process.execPath, [fileURLToPath(new URL('import-kill.child.ts', import.meta.url))], {
    env: {
      ...process.env,
      IMPORT_TO_APPLY: JSON.stringify({
        ownerUrl: platform.ownerUrl,
        dataDir: platform.dataDir,
        roleOwner: role!.name.replace(/_rw$/, ''),
        tenantId: tenant.id,
        importId: planned.id,
        hash: planned.hash,
      }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const gone = once(child, 'exit')
  for (let batches = 0; batches < 2; batches++) await Promise.race([once(child.stdout, 'data'), gone])
  child.kill('SIGKILL')
  await gone

  const killed = await show(admin, planned.id)
  t.equal(killed.state, 'applying')
  t.ok(killed.progress.done > 0 && killed.progress.done < ROWS, `${killed.progress.done} rows were done`)
  t.equal(await count('members.member'), killed.progress.done, 'a batch and its mark are one')

  // Who was not heard of for a while is taken for dead.
  await platform.advance(60_000)
  await platform.settle()
  t.match(await show(admin, planned.id), { state: 'applied', applied: { create: ROWS, conflict: 0 } })
  t.equal(await count('members.member'), ROWS)
  t.equal(await count('members.activity'), ROWS)
  t.equal(await count('members.keyword'), ROWS)
  t.equal(await count(`core.event`), 1, 'one event, told once')
})
