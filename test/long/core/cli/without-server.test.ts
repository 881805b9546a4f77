import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { test } from 'tap'
import { CommandLine, commandLineOfClub } from '../../../core/cli/command-line.ts'

// A process is started for each command.
t.setTimeout(240_000)

test('commands work without a server, and leave no database behind', async (t) => {
  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())

  t.match(await cli.run('migrate'), { code: 0, out: /Applied \d+ migrations/ })
  t.match(await cli.run('migrate'), { code: 0, out: 'The database is up to date.\n' }, 'safe to repeat')
  t.match(await cli.run('organization', 'create', '--slug', 'club', '--name', 'Club'), {
    code: 0,
    out: /Made the organisation club/,
  })
  t.equal(await cli.databaseRuns(), false)

  const enough = cli.start(['openapi', '--org', 'club'])
  enough.stdout.once('data', () => enough.stdout.destroy())
  let said = ''
  enough.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise((done) => enough.once('close', done))
  t.same([code, said], [0, ''], 'a reader who has seen enough, as in `| head`')
  t.equal(await cli.databaseRuns(), false)
})

test('commands do what they say, and say what is wrong', async (t) => {
  const { cli } = await commandLineOfClub(t)

  const token = await cli.run(
    'token',
    'create',
    '--org',
    'club',
    '--role',
    'makerspace_admin',
    '--expires',
    '30d',
    '--scopes',
    'members.read,members.*',
  )
  t.match(
    token,
    { code: 0, out: /^gh_[0-9A-Za-z]{12}_[0-9a-f]{64}[0-9A-Za-z]{6}\n$/, err: '' },
    'the token and nothing else',
  )

  await t.test('an import prints its plan, applies it, and changes nothing the second time', async (t) => {
    const file = join(cli.dataDir, 'people.csv')
    await writeFile(file, 'Vorname;Nachname;E-Mail\nMax;Müller;max@example.org\nEva;Schmidt;broken\n')
    const plan = await cli.json('import', file, '--into', 'members', '--org', 'club', '--plan-only')
    t.same(Object.keys(plan), ['planId', 'hash', 'counts', 'problems'])
    t.same(plan.counts, { create: 1, update: 0, unchanged: 0, conflict: 0, error: 1 })
    t.match(plan.problems, [{ row: 3, column: 'E-Mail', value: 'broken', reason: String }])
    t.same(Object.keys((plan.problems as object[])[0] ?? {}), ['row', 'column', 'value', 'reason'])
    t.match(await cli.run('import', file, '--into', 'members', '--org', 'club', '--apply'), {
      code: 0,
      out: /row 3, E-Mail "broken": Not an e-mail address\. Accepted: .*name@example\.org\.[\s\S]*Applied: 1 created/,
    })
    t.match(await cli.json('import', file, '--into', 'members', '--org', 'club', '--apply'), {
      counts: { create: 0, unchanged: 1 },
      applied: { create: 0 },
    })

    const exported = await cli.run('export', 'members', '--org', 'club', '--format', 'ndjson')
    t.match(JSON.parse(exported.out), { firstName: 'Max', lastName: 'Müller', email: 'max@example.org' })
    const out = join(cli.dataDir, 'members.csv')
    t.match(await cli.run('export', 'members', '--org', 'club', '--out', out, '--json'), {
      code: 0,
      out: `{"file":${JSON.stringify(out)}}\n`,
    })
    t.match(
      await cli.json('import', out, '--into', 'members', '--org', 'club', '--plan-only'),
      { counts: { unchanged: 1, create: 0, update: 0, error: 0 } },
      'what was exported is what is there',
    )
    for (const what of ['group-members', 'memberships'])
      t.match(
        (await cli.run('export', what, '--org', 'club', '--format', 'csv')).out,
        /^\u{feff}?(Group record ID,.*|Record ID,.*)\r\n$/u,
        `${what} are exported by a download of their own`,
      )
    t.match(await cli.run('import', join(cli.dataDir, 'nothing.csv'), '--into', 'members', '--org', 'club'), {
      code: 1,
      err: /cannot be read/,
    })
  })

  await t.test('what is wrong is told in a sentence, by exit code and as JSON', async (t) => {
    t.match(await cli.run('organization', 'create', '--slug', 'club', '--name', 'Again'), {
      code: 1,
      out: '',
      err: /The slug "club" belongs to an organisation already/,
    })
    t.match(await cli.run('token', 'create', '--org', 'club'), { code: 2, err: /--role/ })
    t.match(await cli.run('token', 'create', '--org', 'club', '--role', 'admin', '--expires', 'soon'), {
      code: 2,
      err: /"soon" is no time/,
    })
    t.match(await cli.run('nonsense'), { code: 2, err: /unknown command/ })
    t.match(await cli.json('token', 'create', '--org', 'nobody', '--role', 'admin'), {
      error: { message: /There is no organisation "nobody". There are: club./ },
    })
    t.match(await cli.json('token', 'create', '--org', 'club'), { error: { type: 'usage' } })
    t.match(await cli.run('--help'), { code: 0, out: /organization/ })
  })
})
