import { Closed, definePlugin, Problem, problems, type ServerSentEvent } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { revokeApiToken } from '#core/auth/tokens/api-tokens.ts'
import { startTestPlatform } from '#core/testing/index.ts'
import { until } from '../../support/until.ts'

type Stream = (o: { signal: AbortSignal; lastEventId: string | null }) => AsyncIterable<ServerSentEvent>
let stream: Stream
const wire = definePlugin({
  id: 'wire',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Wire',
  config: { schema: Type.Object({}) },
  permissions: { 'wire.read': { title: 'Listen', writes: false } },
  routes: (r) =>
    r.route({
      method: 'GET',
      url: '/wire',
      access: { requires: 'wire.read' },
      summary: 'Listen',
      schema: { query: Closed({}), response: Type.Object({ quiet: Type.Boolean() }) },
      handler: async () => ({ quiet: true }),
      stream: (_ctx, req) => stream(req),
    }),
})

const platform = await startTestPlatform({ plugins: [wire], heartbeatMs: 5 })
t.teardown(() => platform.close())
const address = await platform.app.listen({ port: 0, host: '127.0.0.1' })
const club = await platform.tenant('Club')
const admin = await club.admin()

const listen = (headers: Record<string, string> = {}, token = admin.token, signal?: AbortSignal) =>
  fetch(`${address}/api/v1/wire`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
    ...(signal ? { signal } : {}),
  })
/** Waits for nothing but its signal. */
const silent: Stream = async function* ({ signal }) {
  yield { event: 'ready', data: 1 }
  await aborted(signal)
}
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
const withoutHeartbeats = (text: string) => text.replaceAll(/^:.*\n\n/gm, '')

t.test('whoever prefers events gets them as lines; everybody else gets JSON', async (t) => {
  stream = async function* ({ lastEventId }) {
    yield { id: '7', event: 'line\nbreak', data: { text: 'a\nb' } }
    yield { data: lastEventId }
  }
  const answer = await listen({ 'last-event-id': '6' })
  t.match(Object.fromEntries(answer.headers), {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-content-type-options': 'nosniff',
  })
  t.equal(withoutHeartbeats(await answer.text()), 'id: 7\nevent: line break\ndata: {"text":"a\\nb"}\n\ndata: "6"\n\n')
  for (const accept of ['*/*', 'application/json', 'text/event-stream;q=0.5, application/json'])
    t.same(await (await listen({ accept })).json(), { quiet: true }, accept)
})

t.test('a fault before the first event is an answer, a later one is an event', async (t) => {
  stream = async function* ({ lastEventId }) {
    if (lastEventId === null) throw new Problem(problems.notFound)
    yield { data: 1 }
  }
  const none = await listen()
  t.equal(none.status, 404)
  t.match(await none.json(), { type: '/docs/errors#not-found' })
  stream = async function* () {
    yield { data: 1 }
    throw new Error('canary')
  }
  const text = withoutHeartbeats(await (await listen()).text())
  t.match(text, /^data: 1\n\nevent: problem\ndata: \{"type":"\/docs\/errors#internal"/)
  t.notMatch(text, /canary/)
})

t.test('silence is filled with heartbeats, and whoever leaves is no longer served', async (t) => {
  let ended = false
  stream = async function* ({ signal }) {
    yield { data: 1 }
    await aborted(signal)
    ended = true
  }
  const leaving = new AbortController()
  const reader = (await listen({}, admin.token, leaving.signal)).body!.getReader()
  let text = ''
  await until('three heartbeats came', async () => {
    const { value } = await reader.read()
    text += Buffer.from(value ?? []).toString()
    return text.split('\n:\n').length > 3
  })
  leaving.abort()
  await until('the route was told', async () => ended)
  t.pass()
})

t.test('a stream ends when its plugin is switched off, and when its credential is revoked', async (t) => {
  stream = silent
  const open = await listen()
  await club.disable('wire')
  t.match(await open.text(), /event: problem\ndata: \{"type":"\/docs\/errors#plugin-not-enabled"/)
  await club.enable('wire')
  const guest = await club.as({ permissions: ['wire.read'] })
  const second = await listen({}, guest.token)
  const [row] = await club.unit((tx) =>
    tx.query<{ id: string }>(
      `SELECT id FROM core.api_token WHERE tenant_id = $1 AND role LIKE 'test-%' ORDER BY created_at DESC LIMIT 1`,
      [tx.tenantId],
    ),
  )
  await club.unit((tx) => revokeApiToken(tx, row!.id))
  t.match(await second.text(), /event: problem\ndata: \{"type":"\/docs\/errors#unauthenticated"/)
})

t.test('a route waits for a reader who does not read', async (t) => {
  let made = 0
  let ended = false
  stream = async function* () {
    try {
      for (;;) {
        made++
        yield { data: 'x'.repeat(65_536) }
      }
    } finally {
      ended = true
    }
  }
  const leaving = new AbortController()
  const answer = await listen({}, admin.token, leaving.signal)
  t.equal(answer.status, 200)
  await until('it has begun', async () => made > 2)
  let turns = 0
  await until('two thousand turns have passed', async () => ++turns > 2_000)
  t.ok(made < 1_000, `${made} events of 64 KB were asked for`)
  leaving.abort()
  await until('it is let go', async () => ended)
})

t.test('the document tells both forms of the answer', async (t) => {
  const { paths } = (await (await fetch(`${address}/openapi.json`)).json()) as {
    paths: Record<string, { get: { responses: Record<string, { content: object }> } }>
  }
  t.same(Object.keys(paths['/api/v1/wire']?.get.responses['200']?.content ?? {}), [
    'application/json',
    'text/event-stream',
  ])
})

t.test('a platform that stops ends its streams cleanly', async (t) => {
  stream = silent
  const open = await listen()
  const text = open.text()
  await platform.app.close()
  t.match(withoutHeartbeats(await text), /^event: ready\ndata: 1\n\n$/)
})
