import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { bundledPlugins } from '#plugins/bundled.ts'
import { botAtWork } from './bot-at-work.ts'
import { stampsPlugin } from './stamps-plugin.ts'

const platform = await startTestPlatform({ plugins: [...bundledPlugins, stampsPlugin()] })
t.teardown(() => platform.close())

t.test(
  '69, 72: a run whose node is killed within an effect goes on elsewhere, and each effect is there once',
  async (t) => {
    const tenant = await platform.tenant('Club')
    const admin = await tenant.admin()
    const bot = await botAtWork(
      { platform, tenant, admin },
      `for (let n = 1; n <= 10; n++) {
       await ctx.call('stamps.add', { n })
       await ctx.state.set('done', n)
     }
     return { done: await ctx.state.get('done') }`,
      { permissions: { actions: ['stamps.add'] } },
    )
    const id = await bot.start()
    const [{ role }] = (await tenant.unit((tx) => tx.query(`SELECT app.role('rw')::text AS role`))) as [
      { role: string },
    ]
    const place = {
      ownerUrl: platform.ownerUrl,
      roleOwner: role.replace(/_rw$/, ''),
      dataDir: platform.dataDir,
      now: platform.clock.now().toISOString(),
    }
    const child = spawn(process.execPath, [join(import.meta.dirname, 'run-and-hang.ts'), JSON.stringify(place)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')

    t.match(
      await bot.trace(id),
      { status: 'running', attempt: 1, calls: { length: 8 } },
      'four effects stand, the fifth is gone',
    )
    await tenant.unit((tx) => tx.enqueue('bots.run', { runId: id }, { key: 'early' }))
    await platform.settle()
    t.match(await bot.trace(id), { status: 'running', attempt: 1 }, 'a node just heard of is left alone')

    await platform.advance(60 * 60_000)
    await tenant.unit((tx) => tx.enqueue('bots.sweep', {}))
    await platform.settle()
    const run = await bot.trace(id)
    t.match(run, { status: 'ok', attempt: 2, result: { done: 10 } })
    t.equal(run.calls.length, 21)
    const stamps = await tenant.unit((tx) =>
      tx.query<{ n: number }>('SELECT n FROM stamps.stamp WHERE tenant_id = $1 ORDER BY n', [tx.tenantId]),
    )
    t.same(
      stamps.map(({ n }) => n),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
  },
)
