import { test } from 'tap'
import { start } from './server.start.ts'

const make = (payload: unknown) => ({ method: 'POST' as const, url: '/api/v1/things', payload: payload as object })

test('text is normalised once, before its length counts', async (t) => {
  const { app } = await start(t)
  const answer = await app.inject(make({ name: '  Zoe\u0308 ', note: 'a\r\nb', password: ' kept ' }))
  t.strictSame(answer.json(), { name: 'Zo\u00eb', note: 'a\nb', password: ' kept ' })
  t.match((await app.inject(make({ name: 'a\nb' }))).json().errors, [{ pointer: '/name', message: 'must be one line' }])
  t.match((await app.inject(make({ name: '   ' }))).json().errors, [{ pointer: '/name', message: 'must not be empty' }])
})

test('control characters are refused wherever they stand', async (t) => {
  const { app } = await start(t)
  for (const [payload, pointer] of [
    [{ name: 'a\0b' }, '/name'],
    [{ name: 'a', metadata: { deep: ['\u0007'] } }, '/metadata/deep/0'],
    [{ name: 'a', metadata: { 'k\0': 1 } }, '/metadata/k\0'],
    [{ name: '\ud800' }, '/name'],
  ] as const) {
    const answer = await app.inject(make(payload))
    t.equal(answer.statusCode, 400)
    t.match(answer.json().errors, [{ pointer, code: 'controlCharacter' }])
  }
  t.match((await app.inject('/api/v1/things?name=a%00b')).json().errors, [{ pointer: '/name', in: 'query' }])
})

test('what JSON cannot carry, or should not, is refused in so many words', async (t) => {
  const { app } = await start(t)
  const headers = { 'content-type': 'application/json' }
  const send = async (payload: string | Buffer) => (await app.inject({ ...make(payload), headers })).json()
  for (const [payload, pointer, message] of [
    ['{"name":"x","__proto__":{"admin":true}}', '/__proto__', '"__proto__" cannot be the name of a field'],
    [
      '{"name":"x","metadata":{"constructor":{"prototype":{}}}}',
      '/metadata/constructor/prototype',
      /cannot be the name/,
    ],
    ['{"name":"x","size":1e999}', '/size', 'must be a smaller number'],
    ['{"name":"x","metadata":{"a":[-1e999]}}', '/metadata/a/0', 'must be a smaller number'],
    ['{"name":"\\u200b \\u2060"}', '/name', 'must not be empty'],
    ['{"name":"a\\u202eb"}', '/name', 'Remove the control character U+202E'],
    ['{"name":"a\\u0007b"}', '/name', 'Remove the control character U+0007'],
  ] as const)
    t.match(await send(payload), { status: 400, errors: [{ pointer, message }] }, payload)
  t.match(await send(Buffer.from('7b226e616d65223a22ff227d', 'hex')), {
    type: '/docs/errors#malformed-request',
    detail: /not UTF-8/,
  })
  t.match(await send('{"name":'), { status: 400, detail: 'The body is not JSON: it ends too early.' })
  t.match(await send('{"name":x}'), { status: 400, detail: 'The body is not JSON: "x" stands where it cannot.' })
  t.match(await send(`{"metadata":${'['.repeat(5_000_000)}`), { status: 413, detail: /at most 1,048,576 bytes/ })
  const family = 'Zoe\u0308 \u{1F469}\u200d\u{1F469}\u200d\u{1F467}'
  t.equal((await send(JSON.stringify({ name: family }))).name, family.normalize('NFC'), 'joiners inside stay')
})

test('JSON is cleaned however its type is written', async (t) => {
  const { app } = await start(t)
  for (const type of ['Application/JSON', 'application/JSON; charset=utf-8', 'APPLICATION/json']) {
    const send = (payload: string) => app.inject({ ...make(payload), headers: { 'content-type': type } })
    t.equal((await send('{"name":"a\\u0000b"}')).statusCode, 400, type)
    t.equal((await send('{"name":"x","metadata":{"__proto__":{"admin":true}}}')).statusCode, 400, type)
    t.strictSame((await send('{"name":"  x "}')).json(), { name: 'x' }, type)
  }
})

test('a text costs what its length says, whatever it holds: this is read before anybody has signed in', async (t) => {
  const { app } = await start(t)
  for (const [what, text] of [
    ['spaces between two letters', `a${' '.repeat(60_000)}b`],
    ['joiners between two letters', `a${'\u200b'.repeat(60_000)}b`],
    ['marks upon one letter', `a${'\u0315'.repeat(20_000)}${'\u0316'.repeat(20_000)}`],
    ['marks in turn', `a${'\u0315\u0316'.repeat(20_000)}`],
  ] as const) {
    const began = process.cpuUsage()
    const answer = await app.inject(make({ name: text }))
    const { user } = process.cpuUsage(began)
    t.equal(answer.statusCode, 400, what)
    t.ok(user < 1_000_000, `${what}: computed for ${Math.round(user / 1000)} ms`)
  }
  const { errors } = (await app.inject(make({ name: `a${'\u0301'.repeat(31)}` }))).json()
  t.match(errors, [{ pointer: '/name', message: /^Remove the marks: at most 30/ }])
})
