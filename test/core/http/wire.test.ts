import { connect } from 'node:net'
import { Redis } from 'ioredis'
import { test } from 'tap'
import { start } from './server.start.ts'

/** Sends bytes as they are and gives everything that comes back. */
function speak(port: number, bytes: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  socket.on('end', () => resolve(heard)).on('error', reject)
  return promise
}

test('what is no HTTP, or cannot be routed, is still answered with a problem', async (t) => {
  const { app } = await start(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  const get = (path: string, header = 'x: y') =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${header}\r\n\r\n`
  for (const [bytes, status, type] of [
    ['GARBAGE\r\n\r\n', 400, 'malformed-request'],
    [get('/%zz'), 400, 'malformed-request'],
    [get(`/api/v1/things/${'a'.repeat(600)}`), 414, 'uri-too-long'],
    [get('/docs', `x: ${'y'.repeat(20_000)}`), 431, 'headers-too-large'],
  ] as const) {
    const answer = await speak(port, bytes)
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), type)
    t.match(answer, /content-type: application\/problem\+json/i)
    t.match(answer, `"type":"/docs/errors#${type}"`)
  }
})

test('when requests cannot be counted, strict routes refuse and others go on', async (t) => {
  // A port nobody listens on: the store fails at once.
  const redis = new Redis({
    host: '127.0.0.1',
    port: 1,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  })
  redis.on('error', () => {})
  t.teardown(() => redis.disconnect())
  const { app } = await start(t, { redis }, (app) => {
    app.post('/login', { config: { open: 'test', limit: { max: 5, perSeconds: 60, strict: true } } }, async () => 'ok')
    app.post('/other', { config: { open: 'test', limit: { max: 5, perSeconds: 60 } } }, async () => 'ok')
  })
  t.equal((await app.inject({ method: 'POST', url: '/login' })).statusCode, 503)
  t.equal((await app.inject({ method: 'POST', url: '/other' })).statusCode, 200)
})

test('a node that closes turns new requests away', async (t) => {
  let late: Response | undefined
  const { app } = await start(t, {}, (app) => {
    app.addHook('preClose', async () => {
      late = await fetch(`${app.listeningOrigin}/docs/errors`)
    })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal((await fetch(`${app.listeningOrigin}/docs/errors`)).status, 200)
  await app.close()
  t.equal(late?.status, 503)
  t.equal(late?.headers.get('connection'), 'close')
  t.match(await late?.json(), { type: '/docs/errors#shutting-down' })
})
