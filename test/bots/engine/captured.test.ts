import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import type { SandboxEnd } from '@guildhall/sdk'
import t from 'tap'
import { bot, botThatEvaluates } from './attacks/attack.ts'
import { memory } from './attacks/memory.ts'
import { fullLimits, Ground, quickLimits, residentMb } from './ground.ts'

/** What a runner can do that is no longer ours. */
t.setTimeout(180_000)

const captured = new URL('./runners/captured.mjs', import.meta.url)
const source = bot('return 1')

t.test('10, 13: forged frames reach no run, and the runner that sends them is killed', async (t) => {
  await using ground = new Ground({ program: captured, runners: 1, limits: { ...quickLimits, wallMs: 5000 } })
  const act = (name: string, tenantId: string) =>
    ground.sandbox.run(ground.job(source, { tenantId, event: { act: name } }))
  const breaches =
    'otherRun finishedRun twice skipped negative huge notANumber fraction text oddMethod noJson unknownFrame prototype noFrame list readyAgain badEnd badUse badResult tooManyCalls tooManyLines longLine noJsonLine emptyLine endlessLine endlessPieces beats wideBeats largeCalls endlessUse fatalOfAnother goneBefore beatsWithoutRun'.split(
      ' ',
    )
  const endsBefore = new Set(['finishedRun', 'beatsWithoutRun'])
  for (const name of breaches) {
    ground.noted.logged.length = 0
    ground.noted.calls.length = 0
    const before = ground.sandbox.pids
    const outcome = await act(name, 'tenant-a')
    if (endsBefore.has(name)) t.match(outcome, { end: 'ok' }, 'what it had ended before stays ended')
    else t.match(outcome, { end: 'crash', error: { code: 'PROTOCOL' } }, name)
    t.match(await act('honest', 'tenant-b'), { end: 'ok', result: 1 }, `after ${name}`)
    t.match(ground.noted.logged.join('\n'), /broke the protocol/, name)
    t.ok(before.length === 0 || before.some((pid) => !ground.sandbox.pids.includes(pid)), 'that runner is gone')
    t.ok(ground.noted.calls.length <= ground.limits.calls)
  }
  // The run of another organisation that this process had before cannot be named any more.
  t.match(await act('honest', 'tenant-b'), { end: 'ok' })
  t.match(await act('earlierRun', 'tenant-a'), { end: 'crash' })
})

t.test('13: a runner that takes no answers, or talks beside the wire, is killed before it costs memory', async (t) => {
  await using ground = new Ground({ program: captured, limits: { ...quickLimits, wallMs: 10_000 } })
  const act = (name: string, tenantId: string) =>
    ground.sandbox.run(
      ground.job(source, {
        tenantId,
        event: { act: name },
        call: async () => ({ ok: true, value: 'x'.repeat(4_000_000) }),
      }),
    )
  for (const [name, why] of [
    ['deaf', /does not read/],
    ['words', /said too much/],
  ] as const) {
    const before = residentMb('self')
    t.match(await act(name, 'tenant-a'), { end: 'crash' }, name)
    t.match(ground.noted.logged.join('\n'), why)
    t.ok(residentMb('self') - before < 200, name)
    t.match(await act('honest', 'tenant-b'), { end: 'ok', result: 1 }, `after ${name}`)
  }
})

t.test('14: a runner has no environment, no files, no network and no children', async (t) => {
  await using ground = new Ground({ program: captured, limits: { ...quickLimits, cpuMs: 5000, wallMs: 10_000 } })
  process.env.GUILDHALL_PROBE = 'secret'
  const { result, end } = await ground.sandbox.run(ground.job(source, { event: { act: 'probe' } }))
  delete process.env.GUILDHALL_PROBE
  t.equal(end, 'ok')
  const denied = 'ERR_ACCESS_DENIED'
  // Node 24 has no permission for the network yet: there, and only there, the operator's own fence has to do it.
  const network = Number(process.versions.node.split('.')[0]) >= 26 ? { net: denied, dns: denied } : {}
  t.match(result, {
    file: denied,
    project: denied,
    write: denied,
    spawn: denied,
    worker: denied,
    ...network,
    nice: Math.min(19, getPriority() + 10),
  })
  t.same(
    (result as { env: string[] }).env.filter(
      (name) => !['PATH', 'TZ', 'PWD', 'SHLVL', '_', 'OLDPWD'].includes(name) && !name.startsWith('_TAPJS'),
    ),
    [],
  )
  const [pid] = ground.sandbox.pids
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
  t.match(limits, /Max data size\s+419430400/)
  t.match(limits, /Max core file size\s+0/)
  t.match(limits, /Max open files\s+64/)
  t.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '1000')
})

t.test('68, 76: a runner that aborts, or gives up for lack of memory, ends its run alone', async (t) => {
  await using ground = new Ground({ program: captured })
  const act = (name: string, tenantId: string) =>
    ground.sandbox.run(ground.job(source, { tenantId, event: { act: name } }))
  for (const [name, ends] of [
    ['abort', ['crash']],
    ['catastrophe', ['memory']],
    ['spin', ['timeout', 'crash']],
    ['longResult', ['quota']],
  ] as const satisfies readonly (readonly [string, readonly SandboxEnd[]])[]) {
    const { end } = await act(name, 'tenant-a')
    t.ok((ends as readonly SandboxEnd[]).includes(end), `${name} ended with ${end}`)
    t.match(await act('honest', 'tenant-b'), { end: 'ok', result: 1 }, `after ${name}`)
  }
})

t.test('53: without the guards inside, the kernel and the supervisor hold the memory', async (t) => {
  await using ground = new Ground({
    program: new URL('./runners/unguarded.mjs', import.meta.url),
    limits: { ...quickLimits, cpuMs: 500, wallMs: 1500 },
  })
  for (const { name, code } of memory.filter(({ number }) => number === 53)) {
    const { end } = await ground.sandbox.run(ground.job(botThatEvaluates(code)))
    t.ok(['error', 'memory', 'crash', 'cpu', 'timeout'].includes(end), `${name} ended with ${end}`)
    await ground.healthy(t)
  }
  t.ok(ground.peakMb < 450, `no runner took more than ${Math.round(ground.peakMb)} MB`)
})

t.test('7: no way of importing leads anywhere or ends a runner, whatever the engine knows of them', async (t) => {
  await using ground = new Ground({ limits: fullLimits })
  for (const line of [
    `import source x from '@guildhall/sdk'`,
    `import source x from 'fs'`,
    `import defer * as x from '@guildhall/sdk'`,
    `import x from 'fs' with { type: 'json' }`,
    `import * as x from 'first'`,
    `import * as x from 'last'`,
    `import * as x from 'bot.js'`,
    `export * from 'fs'`,
    `export { default as x } from 'first'`,
    '<!-- a comment of pages',
  ])
    t.match(
      await ground.sandbox.run(ground.job(`${line}\n${bot('return 1')}`)),
      { end: 'error', error: { name: 'SyntaxError' } },
      line,
    )
  for (const way of ['("fs")', '("first")', '.source("fs")', '.defer("fs")', '("fs", { with: { type: "json" } })'])
    for (const code of [
      `import${way}`,
      `(0, eval)('import${way}')`,
      `Function('return import${way}')()`,
      `Object.getPrototypeOf(async function* () {}).constructor('yield import${way}')().next()`,
      `Error.captureStackTrace.constructor('return import${way}')()`,
    ])
      t.match(
        (await ground.run(`try { return await eval(${JSON.stringify(code)}) } catch (e) { return 'refused ' + e }`))
          .result,
        /^refused (Error: Not supported|SyntaxError)/,
        code,
      )
  t.match(await ground.sandbox.run(ground.job(`#!/usr/bin/env node\n${bot('return 1')}`)), { end: 'ok', result: 1 })
  t.same(ground.noted.logged, [], 'and no runner went down')
  await ground.healthy(t)
})
