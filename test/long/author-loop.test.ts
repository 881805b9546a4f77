import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { test } from 'tap'
import { CommandLine } from '../core/cli/command-line.ts'

// A process is started for each command.
t.setTimeout(180_000)

type Child = ReturnType<CommandLine['start']>

/** Everything a process has said so far, and a promise of what it will say. */
class Said {
  #text = ''
  #heard: () => void = () => {}
  readonly child: Child

  constructor(child: Child) {
    this.child = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#text += chunk.toString()
        this.#heard()
      })
    child.once('close', () => this.#heard())
  }

  /** @throws Error with all it said when the process ends before */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.child.exitCode !== null) throw new Error(`It ended without ${pattern}:\n${this.#text}`)
      await new Promise<void>((heard) => {
        this.#heard = heard
      })
    }
    return this.#text
  }

  async end(): Promise<{ code: number | null; text: string }> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGINT')
      await once(this.child, 'close')
    }
    return { code: this.child.exitCode, text: this.#text }
  }
}

const bot = (version: string, word: string) => `import { defineBot } from '@guildhall/sdk'

export default defineBot({
  id: 'parrot',
  version: '${version}',
  title: 'Parrot',
  description: 'Says a word.',
  config: { schema: { type: 'object', properties: { word: { type: 'string', title: 'Word', default: '${word}' } } } },
  triggers: { events: ['members.created'], manual: {} },
  permissions: { actions: ['members.get'] },
  async run(ctx, event) {
    ctx.log(ctx.config.word + ' by ' + event.trigger)
    return { summary: '${word}' }
  },
})
`

test('an author publishes, tries at every saving, and follows what the bot says', async (t) => {
  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())
  const server = new Said(cli.start(['start']))
  t.teardown(() => server.child.kill('SIGKILL'))
  const url = /Address\s+(http:\/\/localhost:\d+)/.exec(await server.until(/╯/))?.[1] ?? ''
  const file = join(cli.dataDir, 'bot.ts')
  await writeFile(file, bot('1.0.0', 'hello'))

  t.match(await cli.run('bot', 'publish', file), { code: 2, err: /Say which organisation/ })
  t.match(await cli.run('bot', 'publish', file, '--org', 'demo'), { code: 0, out: /parrot 1\.0\.0 is published/ })
  t.match(await cli.run('bot', 'publish', cli.dataDir, '--org', 'demo'), { code: 0, out: /stands already, unchanged/ })
  await writeFile(file, bot('1.0.0', 'other'))
  t.match(await cli.run('bot', 'publish', file, '--org', 'demo'), { code: 1, err: /1\.0\.0 of parrot stands/ })

  const { out } = await cli.run('token', 'create', '--org', 'demo', '--role', 'makerspace_admin')
  const token = out.trim()
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) }
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  await writeFile(file, bot('1.1.0', 'more'))
  t.match(await cli.run('bot', 'publish', file, '--url', url, '--token', token), { code: 0, out: /parrot 1\.1\.0/ })
  const consent = { actions: ['members.get'], hosts: [] }
  t.equal((await call('POST', '/bots/parrot/configure', { consent })).status, 200)

  const logs = new Said(cli.start(['bot', 'logs', 'parrot', '-f', '--org', 'demo']))
  t.teardown(() => logs.child.kill('SIGKILL'))
  await call('POST', '/members', { firstName: 'Ada', lastName: 'Lovelace' })
  t.match(await logs.until(/more by event/), /info\s+\w{8} more by event/)
  const followed = await logs.end()
  t.equal(followed.code, 0, followed.text)
  t.match(await cli.run('bot', 'logs', 'parrot', '--org', 'demo'), { code: 0, out: /more by event/ })
  t.match(await cli.run('bot', 'logs', 'nobody', '--org', 'demo'), { code: 1, err: /./ })

  await writeFile(file, bot('1.2.0', 'one'))
  const dev = new Said(cli.start(['bot', 'dev', file, '--org', 'demo']))
  t.teardown(() => dev.child.kill('SIGKILL'))
  await dev.until(/Dry run \w+: ok \(one\)/)
  await dev.until(/one by (manual|api)/)
  await writeFile(file, bot('1.2.0', 'two').replace('ctx.log', 'ctx.log('))
  await dev.until(/Line \d+/)
  await writeFile(file, bot('1.2.0', 'two'))
  await dev.until(/Dry run \w+: ok \(two\)/)
  t.match((await call('GET', '/bots/parrot-dev')).body, { enabled: false, version: /^1\.2\.0-dev\.\d+\.\d$/ })
  t.match((await call('GET', '/bots/parrot')).body, { enabled: true, version: '1.1.0' }, 'the other one is left alone')
  const { code, text } = await dev.end()
  t.equal(code, 0, text)
  t.match(text, /parrot-dev is switched off/)

  const event = join(cli.dataDir, 'event.json')
  const payload = { memberId: '01890a5d-ac96-774b-8000-000000000001', sendWelcome: false }
  await writeFile(event, JSON.stringify({ trigger: 'event', name: 'members.created', payload }))
  const asIf = new Said(cli.start(['bot', 'dev', file, '--url', url, '--token', token, '--event', event]))
  t.teardown(() => asIf.child.kill('SIGKILL'))
  await asIf.until(/one by event/)
  await asIf.end()

  const live = new Said(cli.start(['bot', 'dev', file, '--org', 'demo', '--live']))
  t.teardown(() => live.child.kill('SIGKILL'))
  await live.until(/Run \w+: ok/)
  t.match((await call('GET', '/bots/parrot-dev')).body, { enabled: true })
  await live.end()
  t.match((await call('GET', '/bots/parrot-dev')).body, { enabled: false })
  t.match(await readFile(file, 'utf8'), /'two'/)
})

test('where nothing serves, following says so', async (t) => {
  const cli = await CommandLine.create()
  t.teardown(() => cli.remove())
  await cli.run('seed')
  t.match(await cli.run('bot', 'logs', 'parrot', '--org', 'demo'), {
    code: 1,
    err: /No Guildhall .* serves here from port \d+ on/,
  })
  t.match(await cli.run('bot', 'dev', cli.dataDir, '--org', 'demo'), { code: 1, err: /There is no bot\.ts/ })
})
