import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { plan, planAndApply, show, startClub } from './importing.ts'

const day = 86_400_000

test('plans nobody applied and files nobody imported go after a week, applied imports after 90 days', async (t) => {
  const club = await startClub()
  const planned = await plan(club, 'last name\nA\n')
  const applied = await planAndApply(club, 'last name\nB\n')
  const folder = join(club.platform.dataDir, 'files', club.tenant.id, 'uploads')
  const left = join(folder, 'left.upload')
  await writeFile(left, 'x')
  const now = club.platform.clock.now()
  await utimes(left, now, now)
  const clean = async (days: number) => {
    club.platform.clock.advance(days * day)
    await club.tenant.unit((tx) => tx.enqueue('members.cleanImports', {}))
    await club.platform.settle()
  }
  await clean(6)
  t.equal((await show(club.admin, planned.id)).state, 'planned')
  t.same(await readdir(folder), ['left.upload'])
  await clean(2)
  t.match(await show(club.admin, planned.id), { status: 404 })
  t.equal((await show(club.admin, applied.id)).state, 'applied')
  t.same(await readdir(folder), [])
  await clean(90)
  t.match(await show(club.admin, applied.id), { status: 404 })
})
