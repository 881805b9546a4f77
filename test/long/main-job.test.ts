import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { createEmptyDatabase } from '#core/testing/index.ts'
import { freePort } from '../support/free-port.ts'
import { project, read } from '../support/source-tree.ts'

// Each line starts a process, and the machine may be busy.
t.setTimeout(400_000)

/** The code block behind `<!-- test: name -->`. */
function block(name: string): string {
  const [, code] = new RegExp(`<!-- test: ${name} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(read('README.md')) ?? []
  if (!code) throw new Error(`README.md has no block "${name}"`)
  return code
}

const place = await realpath(await mkdtemp(join(tmpdir(), 'guildhall-readme-')))
const database = await createEmptyDatabase()
const port = await freePort()
const environment = {
  ...process.env,
  PATH: `${process.env.PATH}:${join(place, 'bin')}`,
  DATABASE_URL: database.ownerUrl,
  GUILDHALL_DATA_DIR: join(place, 'data'),
  PORT: String(port),
  LOG_LEVEL: 'warn',
}
t.teardown(async () => {
  await database.drop()
  await rm(place, { recursive: true, force: true })
})

/** Where a machine has no curl, the questions are asked all the same. Behind the real one on PATH. */
await mkdir(join(place, 'bin'))
await writeFile(
  join(place, 'bin/curl'),
  `#!${process.execPath}
const [, , , , header, url] = process.argv
const [name, value] = header.split(': ')
fetch(url, { headers: { [name]: value } }).then((r) => r.text()).then((text) => process.stdout.write(text))
`,
)
await chmod(join(place, 'bin/curl'), 0o755)

/** Runs lines as somebody types them. @returns what stood on standard output */
async function shell(lines: string): Promise<string> {
  const child = spawn('sh', ['-e'], { cwd: project, env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  child.stdin.end(lines)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`exit ${code}\n${out}\n${err}`)
  return out
}

t.test('the register of the README is imported by hand, and answers', async (t) => {
  const said = await shell(block('by hand'))
  t.match(said, /Made the organisation congress/)
  t.match(said, /create 537, update 0, unchanged 0, conflict 0, error 0/)
  t.match(said, /create 2792, update 0, unchanged 0, conflict 0, error 0/)
  t.match(said, /create 3879, update 0, unchanged 0, conflict 0, error 0/)

  const server = spawn(process.execPath, ['core/cli/guildhall.mjs', 'start', '--json'], {
    cwd: project,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(async () => {
    server.kill('SIGTERM')
    if (server.exitCode === null) await once(server, 'exit')
  })
  for await (const line of createInterface(server.stdout)) if (line.includes('"address"')) break

  const answers = (await shell(block('questions').replaceAll('localhost:8000', `localhost:${port}`)))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  t.equal(answers.length, 6)
  const [senate, chair, house, sat, found, figures] = answers
  t.ok(senate.page.total > 90 && senate.page.total <= 100, 'senators of today')
  t.match(chair.items, [{ memberName: 'John Boozman' }])
  t.ok(house.page.total > 2_000, 'seats in the House and all below it')
  t.equal(sat.page.total, 450, 'who sat on 15 January 2024')
  t.match(found.items, [{ displayName: 'Nydia M. Velázquez' }])
  t.equal(found.items.length, 1)
  t.equal(figures.total, 537)
})

t.test('the demonstration imports the same, and the second time changes nothing', async (t) => {
  const again = JSON.parse(await shell('npm run -s demo:congress -- --json'))
  t.equal(again.unchanged, true)
  t.same(
    again.imported.map(({ file, create, update }: Record<string, unknown>) => [file, create, update]),
    [
      ['groups.csv', 0, 0],
      ['members.csv', 0, 0],
      ['terms.csv', 0, 0],
      ['group_members.csv', 0, 0],
    ],
  )
  t.match(again.answers[4].answer, /Velázquez/)
})
