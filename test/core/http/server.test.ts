import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Problem, problems } from '@guildhall/sdk'
import type { InjectOptions } from 'fastify'
import { test } from 'tap'
import { createLog, createServer, problemBody } from '#core/http/index.ts'
import { shownPath } from '#core/http/log.ts'
import { open } from '../../isolation/expected/open.ts'
import { start } from './server.start.ts'

const make = (payload: unknown) => ({ method: 'POST' as const, url: '/api/v1/things', payload: payload as object })

test('a body with faults is answered with a pointer for each', async (t) => {
  const { app } = await start(t)
  const answer = await app.inject(make({ nope: 1, size: '3', kind: 'c', email: 'no', tags: ['a', 'b', 'toolong'] }))
  t.equal(answer.statusCode, 400)
  t.match(answer.headers['content-type'], /^application\/problem\+json/)
  const body = answer.json()
  t.equal(body.type, '/docs/errors#validation-failed')
  t.equal(body.instance, '/api/v1/things')
  t.equal(body.requestId, answer.headers['request-id'])
  const found = Object.fromEntries(body.errors.map((e: { pointer: string; message: string }) => [e.pointer, e.message]))
  t.strictSame(found, {
    '/name': 'is required',
    '/nope': 'Unknown field "nope"; use: name, note, email, size, kind, tags, metadata, password, filter',
    '/size': 'must be a whole number',
    '/kind': 'must be one of: a, b',
    '/email': 'must be an e-mail address',
    '/tags': 'must have at most 2 items',
    '/tags/2': 'must have at most 5 characters',
  })
})

test('of a union, the branch that was meant is spoken of', async (t) => {
  const { app } = await start(t)
  const errorsOf = async (filter: unknown) =>
    (await app.inject(make({ name: 'x', filter })))
      .json()
      .errors?.map((e: { pointer: string; message: string }) => `${e.pointer} ${e.message}`)
  const good = { field: 'a', op: 'eq', value: 1 }
  t.equal(await errorsOf({ and: [{ not: good }] }), undefined)
  t.strictSame(await errorsOf({ ...good, op: 'zz' }), [
    '/filter/op must be one of: eq, ne, in, lt, lte, gt, gte, between, startsWith, has, isNull',
  ])
  t.strictSame(await errorsOf({ nope: 1 }), ['/filter has none of the forms allowed here'])
  t.strictSame(await errorsOf({ and: [good, { or: [{ ...good, field: 7 }] }] }), [
    '/filter/and/1/or/0/field must be a text',
  ])
})

test('bodies are taken as they are: null stays null, nothing is coerced or dropped', async (t) => {
  const { app } = await start(t)
  const good = await app.inject(make({ name: 'x', email: null }))
  t.strictSame(good.json(), { name: 'x', email: null })
  t.equal((await app.inject(make({ name: 'x', size: null }))).statusCode, 400)
  t.equal((await app.inject(make({ name: 'x', size: '1' }))).statusCode, 400)
})

test('nesting, size, format and method are each refused by their own problem', async (t) => {
  const { app } = await start(t)
  const json = { 'content-type': 'application/json' }
  const deep = `{"name":"x","metadata":${'{"a":'.repeat(100)}1${'}'.repeat(101)}`
  const kindOf = async (o: string | InjectOptions) => (await app.inject(o)).json().type
  t.equal(await kindOf({ ...make(deep), headers: json }), '/docs/errors#validation-failed')
  t.equal(
    await kindOf({ ...make(`{"name":"${'x'.repeat(2_000_000)}"}`), headers: json }),
    '/docs/errors#payload-too-large',
  )
  t.equal(
    await kindOf({ ...make('name=x'), headers: { 'content-type': 'text/plain' } }),
    '/docs/errors#unsupported-media-type',
  )
  t.equal(await kindOf({ ...make('{'), headers: json }), '/docs/errors#malformed-request')
  t.equal(
    await kindOf({ ...make({ name: 'x', metadata: { big: 'x'.repeat(17_000) } }) }),
    '/docs/errors#validation-failed',
  )
  t.equal(await kindOf('/nowhere'), '/docs/errors#not-found')
  const wrong = await app.inject({ method: 'DELETE', url: '/api/things/' })
  t.equal(wrong.statusCode, 405)
  t.equal(wrong.headers.allow, 'GET, HEAD, POST')
  t.equal(wrong.json().type, '/docs/errors#method-not-allowed')
})

test('a browser at an unknown address gets a page in its language, everybody else the problem', async (t) => {
  const { app } = await start(t)
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const page = await app.inject({ url: '/nowhere', headers: browser })
  t.equal(page.statusCode, 404)
  t.match(page.headers, { 'content-type': /^text\/html/, vary: /Accept/, 'cache-control': 'no-store' })
  t.match(page.body, /<h1>There is no such thing here<\/h1>[\s\S]*href="\/"[\s\S]*href="\/docs"/)
  const german = await app.inject({ url: '/nowhere', headers: { ...browser, 'accept-language': 'de-DE,de' } })
  t.match(german.body, /<html lang="de">[\s\S]*Das gibt es hier nicht/)
  const asks = async (url: string, headers: Record<string, string>, method: 'GET' | 'POST' | 'DELETE' = 'GET') =>
    (await app.inject({ method, url, headers })).headers['content-type']
  const problem = 'application/problem+json; charset=utf-8'
  t.equal(await asks('/nowhere', { accept: '*/*' }), problem)
  t.equal(await asks('/nowhere', { accept: 'application/json, text/html;q=0.9' }), problem)
  t.equal(await asks('/nowhere', browser, 'POST'), problem)
  t.equal(await asks('/api/v1/things', browser, 'DELETE'), problem, 'known, but not with this method')
})

test('figures that are switched off say how to switch them on', async (t) => {
  const { app } = await start(t)
  t.match((await app.inject('/metrics')).json(), { status: 404, detail: /METRICS_TOKEN.*MANAGEMENT_PORT/ })
})

test('an unknown query parameter is refused with the ones that exist', async (t) => {
  const { app } = await start(t)
  const answer = await app.inject('/api/v1/things?colour=red&limit=5')
  t.equal(answer.statusCode, 400)
  t.match(answer.json().errors, [
    { pointer: '/colour', in: 'query', message: /Unknown parameter "colour"; use: limit, cursor, sort, .*name/ },
  ])
  t.equal((await app.inject('/api/v1/things?limit=5')).statusCode, 200)
  t.match((await app.inject('/api/v1/things?limit=500')).json().errors, [{ message: 'must be at most 200' }])
})

test('the short prefix and a trailing slash lead to the same route', async (t) => {
  const { app } = await start(t)
  for (const url of ['/api/v1/things', '/api/v1/things/', '/api/things', '/api/things/?limit=1'])
    t.equal((await app.inject(url)).statusCode, 200, url)
  const { requestId: _a, instance: _i, ...one } = (await app.inject('/api/things/5')).json()
  t.match(one, { status: 400, errors: [{ pointer: '/id', in: 'path', message: 'must be a UUID' }] })
})

test('an error of ours says nothing about its cause', async (t) => {
  const { app, lines } = await start(t, {}, (app) => {
    app.get('/boom', { config: { open: 'test' } }, async () => {
      throw Object.assign(new Error('canary-internal: invalid input syntax for type uuid: "canary-value"'), {
        parameters: ['canary-row'],
        detail: 'canary-row',
      })
    })
  })
  const answer = await app.inject('/boom')
  t.equal(answer.statusCode, 500)
  t.notMatch(answer.body, /canary/)
  t.match(lines.join(''), /canary-internal/)
  t.notMatch(lines.join(''), /canary-value|canary-row/)
})

test('a database that goes away is 503 with Retry-After, a violated constraint 409', async (t) => {
  const error = (name: string, code?: string) =>
    Object.assign(new Error('secret'), {
      name,
      ...(code && { original: Object.assign(new Error('x'), { code }) }),
    })
  const thrown = [
    error('SequelizeConnectionRefusedError'),
    error('SequelizeDatabaseError', '57P01'),
    new Error('Connection terminated unexpectedly'),
  ]
  const { app } = await start(t, {}, (app) => {
    for (const [i, one] of thrown.entries())
      app.get(`/db/${i}`, { config: { open: 'test' } }, async () => Promise.reject(one))
    app.get('/unique', { config: { open: 'test' } }, async () =>
      Promise.reject(error('SequelizeUniqueConstraintError', '23505')),
    )
  })
  for (const i of thrown.keys()) {
    const answer = await app.inject(`/db/${i}`)
    t.equal(answer.statusCode, 503)
    t.equal(answer.json().type, '/docs/errors#database-unavailable')
    t.ok(answer.headers['retry-after'])
  }
  t.equal((await app.inject('/unique')).json().type, '/docs/errors#already-exists')
})

test('secrets and personal data never reach the log', async (t) => {
  const { app, lines } = await start(t)
  await app.inject({
    method: 'POST',
    url: '/api/members/invites/canary-invite/accept?key=canary-query',
    headers: { authorization: 'Bearer canary-bearer', cookie: 'sid=canary-cookie', 'x-request-id': 'canary-id' },
    payload: { password: 'canary-body' },
  })
  await app.inject({ method: 'DELETE', url: '/api/members/invites/canary-invite/accept?key=canary-query' })
  t.match(lines.join(''), /"path":"\/api\/members\/invites\/\*\*\*\/accept"/)
  t.notMatch(lines.join(''), /canary/)
  // Of every address that holds a secret, not of this one alone.
  for (const url of Object.keys(open).filter((one) => one.includes(':token')))
    t.notMatch(shownPath(url.replace(/^\w+ /, '').replace(':token', 'canary')), /canary/, url)
})

test('what drivers hang onto errors, and secrets at any depth, are left out of the log', async (t) => {
  const lines: string[] = []
  const log = createLog({ destination: { write: (line: string) => void lines.push(line) } })
  const driver = Object.assign(new Error('failed'), {
    name: 'DatabaseError',
    sql: 'canary',
    parameters: ['canary'],
    code: '23505',
  })
  log.error({ err: new Error('outer', { cause: driver }), other: driver }, 'broken')
  log
    .child({ apiToken: 'canary' })
    .info({ a: [{ b: { 'Set-Cookie': 'canary', client_secret: 'canary', kept: 'seen' } }] }, 'entry')
  t.notMatch(lines.join(''), /canary/)
  t.match(lines[0], /"code":"23505"/)
  t.match(lines[1], /"kept":"seen"/)
})

test('a route without access, or with unbounded input, stops the boot', async (t) => {
  const app = await createServer({ log: createLog({ level: 'silent' }), version: '1', publicUrl: 'http://localhost' })
  t.teardown(() => app.close())
  app.get('/naked', async () => '')
  const schema = {
    body: { type: 'object', properties: { a: { type: 'array', items: { type: 'string' } }, n: { type: 'integer' } } },
  }
  app.post('/wide', { schema, config: { open: 'test' } }, async () => '')
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: 'declared for the whole scope' }
    })
    scope.get('/dressed', async () => '')
  })
  const refusal = await Promise.resolve(app.ready()).then(
    () => '',
    (error: Error) => error.message,
  )
  t.match(refusal, /GET \/naked: declares no access/)
  t.match(refusal, /POST \/wide: body\/a: an array needs maxItems/)
  t.match(refusal, /POST \/wide: body\/a\/items: a string needs maxLength/)
  t.match(refusal, /POST \/wide: body\/n: a whole number needs maximum/)
  t.notMatch(refusal, /dressed/)
})

test('headers are strict, and other origins are exact', async (t) => {
  const { app } = await start(t, { publicUrl: 'https://club.example', corsOrigins: ['https://app.example'] })
  const { headers } = await app.inject({ url: '/api/v1/things', headers: { origin: 'https://app.example' } })
  t.equal(headers['cache-control'], 'no-store', 'the next person at this browser has no use for it')
  t.match(headers['content-security-policy'], "default-src 'none'")
  t.match(headers['strict-transport-security'], /max-age=31536000/)
  t.equal(headers['access-control-allow-origin'], 'https://app.example')
  t.notOk(headers['access-control-allow-credentials'])
  const other = await app.inject({ url: '/api/v1/things', headers: { origin: 'https://app.example.evil' } })
  t.notOk(other.headers['access-control-allow-origin'])
})

test('an address that asks too often waits, and a strict route has its own limit', async (t) => {
  const { app } = await start(t, { limits: { address: { max: 3, perSeconds: 60 } } }, (app) => {
    app.post('/login', { config: { open: 'test', limit: { max: 1, perSeconds: 60, strict: true } } }, async () => 'ok')
  })
  const from = (remoteAddress: string, url = '/nowhere', method: 'GET' | 'POST' = 'GET') =>
    app.inject({ url, method, remoteAddress })
  const codes = []
  for (let i = 0; i < 4; i++) codes.push((await from('2001:db8::1')).statusCode)
  t.strictSame(codes, [404, 404, 404, 429])
  const same64 = await from('2001:db8::2')
  t.equal(same64.statusCode, 429)
  t.ok(Number(same64.headers['retry-after']) > 0)
  t.equal((await from('192.0.2.1', '/health/live')).statusCode, 200)
  t.equal((await from('192.0.2.1', '/login', 'POST')).statusCode, 200)
  t.equal((await from('192.0.2.1', '/login', 'POST')).statusCode, 429)
  t.equal((await from('192.0.2.2', '/login', 'POST')).statusCode, 200)
})

test('request ids are UUIDv7; one from outside counts only behind a trusted proxy', async (t) => {
  const { app } = await start(t)
  const headers = { 'x-request-id': 'from-outside' }
  t.match((await app.inject({ url: '/health/live', headers })).headers['request-id'], /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  const behind = await start(t, { trustProxy: 1 })
  t.equal((await behind.app.inject({ url: '/health/live', headers })).headers['request-id'], 'from-outside')
})

test('a problem that lists more than anybody reads is cut to what the document promises', (t) => {
  const long = (letter: string) => letter.repeat(3000)
  const errors = Array.from({ length: 300 }, () => ({ pointer: long('p'), message: long('m') }))
  const sent = JSON.parse(problemBody(new Problem(problems.validationFailed, { detail: long('d'), errors }), {}))
  t.equal(sent.detail.length, 2000)
  t.equal(sent.errors.length, 200)
  t.strictSame(sent.errors[0], { pointer: `${'p'.repeat(1999)}…`, message: `${'m'.repeat(1999)}…` })
  t.end()
})

test('who sends too much reads why, and not that the connection broke', async (t) => {
  const { app } = await start(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const size = 10_000_000
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  client.write(
    `POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
  )
  const answer = text(client)
  for (let sent = 0; sent < size; sent += 100_000)
    await new Promise((resolve) => client.write('['.repeat(100_000), resolve))
  t.match(await answer, /^HTTP\/1.1 413 .*payload-too-large/s)
})
