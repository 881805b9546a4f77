import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SiteSpec } from '@guildhall/sdk'
import { type Test, test } from 'tap'
import { createLog, createServer } from '#core/http/index.ts'
import { sites } from '#core/sites/index.ts'

const script = `// ${'x'.repeat(5_000)}`

/** A source of one file, and a program that builds it: into a folder that a test may have filled already. */
async function site(t: Test, o: { built?: boolean; program?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-site-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const at = (...names: string[]) => join(folder, ...names)
  await mkdir(at('source'))
  await writeFile(at('source', 'page.txt'), 'one')
  await writeFile(at('secret.txt'), 'not for anybody')
  const build = `
    import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
    import { gzipSync } from 'node:zlib'
    const built = new URL('./built/', import.meta.url)
    mkdirSync(new URL('assets/', built), { recursive: true })
    const text = readFileSync(new URL('./source/page.txt', import.meta.url), 'utf8')
    writeFileSync(new URL('index.html', built), '<!doctype html><title>' + text + '</title>')
    writeFileSync(new URL('assets/a-1.js', built), ${JSON.stringify(script)})
    writeFileSync(new URL('assets/a-1.js.gz', built), gzipSync(${JSON.stringify(script)}))
    writeFileSync(new URL('assets/notes.unknown', built), 'no type of ours')
    writeFileSync(new URL('.source-hash', built), process.argv[2])`
  await writeFile(at('build.mjs'), o.program ?? build)
  const spec: SiteSpec = {
    at: '/rooms',
    built: pathToFileURL(`${at('built')}/`),
    build: { program: pathToFileURL(at('build.mjs')), from: [pathToFileURL(`${at('source')}/`)] },
  }
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } })
  const app = await createServer({ log, version: '1.2.3', publicUrl: 'http://localhost:8000' })
  await app.register(sites, { specs: [spec] })
  t.teardown(() => app.close())
  await app.ready()
  const served = app.sites[0]!
  if (o.built) await served.freshen()
  return { app, served, at, lines }
}

test('until a site is built its address says so, in the language of the browser, and reloads by itself', async (t) => {
  const { app, served } = await site(t)
  const waiting = await app.inject({ url: '/rooms/one', headers: { 'accept-language': 'de-DE' } })
  t.match(waiting, { statusCode: 503, headers: { 'retry-after': '2', 'cache-control': 'no-store' } })
  t.match(waiting.body, /http-equiv="refresh" content="2"/)
  t.match(waiting.body, /Diese Seite wird gebaut/)
  t.match((await app.inject('/rooms')).body, /This page is being built/)
  t.equal((await app.inject('/rooms/assets/a-1.js')).statusCode, 404)
  await served.freshen()
  t.match(await app.inject('/rooms'), { statusCode: 200, body: /<title>one/ })
})

test('every address of a site is the same page, under a policy without eval and without a frame', async (t) => {
  const { app } = await site(t, { built: true })
  for (const url of ['/rooms', '/rooms/', '/rooms/welcome-email', '/rooms/x?org=club']) {
    const page = await app.inject(url)
    t.match(page, {
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    })
    const policy = String(page.headers['content-security-policy'])
    t.match(policy, /script-src 'self';/)
    t.match(policy, /frame-ancestors 'none'/)
    t.match(policy, /default-src 'none'/)
    t.notMatch(policy, /unsafe-eval/)
  }
  const { etag } = (await app.inject('/rooms')).headers
  t.match(await app.inject({ url: '/rooms', headers: { 'if-none-match': String(etag) } }), {
    statusCode: 304,
    body: '',
  })
  t.equal((await app.inject({ method: 'POST', url: '/rooms' })).statusCode, 405)
  t.equal((await app.inject('/rooms/one/two')).statusCode, 404)
})

test('files of a site never change under their name, and are packed for whoever can unpack', async (t) => {
  const { app } = await site(t, { built: true })
  const plain = await app.inject('/rooms/assets/a-1.js')
  t.match(plain, {
    statusCode: 200,
    body: script,
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': /immutable/ },
  })
  const packed = await app.inject({ url: '/rooms/assets/a-1.js', headers: { 'accept-encoding': 'gzip, br' } })
  t.match(packed.headers, { 'content-encoding': 'gzip', vary: /accept-encoding/ })
  t.ok(packed.rawPayload.length < 200)
  const head = await app.inject({ method: 'HEAD', url: '/rooms/assets/a-1.js' })
  t.match(head, { statusCode: 200, body: '', headers: { 'content-length': String(script.length) } })
})

test('nothing but the built files can be asked for', async (t) => {
  const { app } = await site(t, { built: true })
  for (const name of [
    '..%2f..%2fsecret.txt',
    '..%5c..%5csecret.txt',
    '%2e%2e%2fsecret.txt',
    'a-1.js.gz',
    'notes.unknown',
    '.source-hash',
    '__proto__',
    'a-1.js%00',
  ])
    t.not((await app.inject(`/rooms/assets/${name}`)).statusCode, 200, name)
  const outside = await app.inject('/rooms/assets/../../secret.txt')
  t.notMatch(outside.body, /not for anybody/)
})

test('a site is built again when its source changes, and only then', async (t) => {
  const { app, served, at, lines } = await site(t, { built: true })
  const builds = () => lines.filter((line) => line.includes('a site was built')).length
  t.equal(builds(), 1)
  await served.freshen()
  t.equal(builds(), 1, 'nothing changed')
  await writeFile(at('source', 'page.txt'), 'two')
  const meanwhile = served.freshen()
  t.match((await app.inject('/rooms')).body, /one/, 'the older page serves until the new one is there')
  await meanwhile
  t.match((await app.inject('/rooms')).body, /two/)
})

test('a build that fails is told at the address and in the log; what was there serves on', async (t) => {
  const { app, served, lines } = await site(t, { program: 'console.error("no such part"); process.exit(3)' })
  await served.freshen()
  t.match(await app.inject('/rooms'), { statusCode: 503, body: /could not be built/ })
  t.match(lines.join(''), /ended with 3: no such part/)
  const works = await site(t, { built: true })
  await writeFile(works.at('source', 'page.txt'), 'two')
  await writeFile(works.at('build.mjs'), 'process.exit(1)')
  await works.served.freshen()
  t.match(await works.app.inject('/rooms'), { statusCode: 200, body: /one/ })
})
