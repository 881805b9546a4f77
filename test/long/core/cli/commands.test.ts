import { test } from 'tap'
import { commandLineOfClub } from '../../../core/cli/command-line.ts'

// A process is started for each command.
test('the commands of an operator do what they say', { timeout: 240_000 }, async (t) => {
  const { cli } = await commandLineOfClub(t)

  t.match(await cli.json('jobs', 'list', '--org', 'club'), { items: Array })
  t.match(await cli.run('jobs', 'run', 'core.tidy', '--org', 'club'), { code: 0, out: /core.tidy has run in club/ })
  t.match(await cli.json('migrate', '--check'), { pending: [], differences: [] })
  const doctor = await cli.json<{ healthy: boolean; findings: { check: string; state: string }[] }>('doctor')
  t.same(
    doctor.findings.filter(({ state }) => state === 'fail'),
    [],
  )
  t.equal(doctor.healthy, true)
  t.match(await cli.json('openapi', '--org', 'club'), { openapi: '3.1.0', paths: { '/api/v1/members': Object } })
  t.match(await cli.run('types'), { code: 0, out: /interface ActionRegistry \{[\s\S]*'members\.created'/ })
  t.match((await cli.run('types')).out, /\/\*\* A paragraph a line \*\/\n\s+text\?: string/, 'what a field means')
  t.match(await cli.run('account', 'reset', 'anna@example.org'), { code: 1, err: /No account/ })
  t.match(await cli.run('account', 'create', 'anna@example.org', '--org', 'club', '--role', 'makerspace_admin'), {
    code: 0,
    out: /\/account\/password#token=/,
  })
  t.match(
    await cli.run('account', 'reset', 'Anna@example.org'),
    { code: 0, out: /^http:\/\/localhost:8000\/account\/password#token=[\w-]{43}\n$/ },
    'the link and nothing else',
  )
})
