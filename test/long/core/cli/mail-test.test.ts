import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { CommandLine, commandLineOfClub } from '../../../core/cli/command-line.ts'
import { cert, key } from '../../../plugins/email/certificate.ts'
import { PostOffice, says } from '../../../plugins/email/post-office.ts'

// A process is started for each command.
test('mail test sends through the server that is set, or names the setting to look at', {
  timeout: 240_000,
}, async (t) => {
  const { cli, env } = await commandLineOfClub(t, {
    GUILDHALL_MASTER_KEY: 'the same for each of these commands',
  })
  const authority = join(cli.dataDir, 'authority.pem')
  await writeFile(authority, cert)

  /** Takes one user, over STARTTLS, and one sender. */
  await using office = await PostOffice.open({
    secure: false,
    key,
    cert,
    onAuth: ({ username, password }, _session, callback) =>
      username === 'club' && password === 'open-sesame'
        ? callback(null, { user: 'club' })
        : callback(says(535, '5.7.8 Wrong user or password')),
    onMailFrom: ({ address }, _session, callback) =>
      callback(address === 'post@club.example' ? null : says(553, `5.7.1 <${address}> is not yours`)),
  })
  const good = {
    SMTP_SERVER: 'localhost',
    SMTP_PORT: String(office.port),
    SMTP_SECURITY: 'starttls',
    SMTP_USERNAME: 'club',
    SMTP_PASSWORD: 'open-sesame',
    FROM_EMAIL: 'post@club.example',
    NODE_EXTRA_CA_CERTS: authority,
  }
  const send = async (settings: NodeJS.ProcessEnv, ...more: string[]) => {
    const one = await CommandLine.create({ ...env, ...settings })
    try {
      return await one.run('mail', 'test', '--org', 'club', '--to', 'me@example.org', ...more)
    } finally {
      await one.remove()
    }
  }

  t.match(await send(good), { code: 0, out: 'localhost has taken the mail over.\n', err: '' })
  t.match(office.received, [{ from: 'post@club.example', to: ['me@example.org'] }])

  const { NODE_EXTRA_CA_CERTS: _authority, ...unknownAuthority } = good
  const gone = await PostOffice.open()
  await gone[Symbol.asyncDispose]()
  const failures: [what: string, settings: NodeJS.ProcessEnv, step: RegExp, names: RegExp][] = [
    ['nothing set', {}, /Step settings/, /SMTP_SERVER and FROM_EMAIL/],
    ['an unknown name', { ...good, SMTP_SERVER: 'no-such-host.invalid' }, /Step resolve/, /SMTP_SERVER/],
    ['nobody listens', { ...good, SMTP_PORT: String(gone.port) }, /Step connect/, /SMTP_PORT/],
    ['a certificate nobody vouches for', unknownAuthority, /Step tls/, /NODE_EXTRA_CA_CERTS/],
    ['TLS where STARTTLS is spoken', { ...good, SMTP_SECURITY: 'tls' }, /Step tls/, /SMTP_SECURITY/],
    [
      'a wrong password',
      { ...good, SMTP_PASSWORD: 'open-barley' },
      /Step auth: 535/,
      /SMTP_USERNAME and SMTP_PASSWORD/,
    ],
    ['a refused sender', { ...good, FROM_EMAIL: 'chair@other.example' }, /Step sender: 553/, /FROM_EMAIL/],
  ]
  for (const [what, settings, step, names] of failures) {
    const { code, out, err } = await send(settings)
    t.equal(code, 1, what)
    t.equal(out, '', what)
    t.match(err, step, what)
    t.match(err, names, what)
    t.notMatch(err, /open-|me@example\.org|chair@/, `${what}: no password, no address`)
  }
  t.equal(office.received.length, 1)
  const json = await send({}, '--json')
  t.match(JSON.parse(json.out), { error: { message: /Step settings[\s\S]*SMTP_SERVER/ } })
})
