import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { type Network, outside } from '#plugins/bots/runs/http/outside.ts'
import { checkRequest, type OutsideAnswer } from '#plugins/bots/runs/http/request.ts'
import { isPublic } from '#plugins/bots/runs/http/special-ranges.ts'
import { smallInternet } from './small-internet.ts'

const somewhere = '93.184.215.14'
const seen: { url: string; headers: Record<string, unknown>; body: string }[] = []
const internet = await smallInternet(
  async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ url: request.url!, headers: request.headers, body })
    if (request.url === '/bomb') {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync(Buffer.alloc(50_000_000)))
    } else if (request.url === '/large') response.end(Buffer.alloc(2_000_000, 'x'))
    else if (request.url === '/slow') response.write('a')
    else if (request.url === '/away') response.writeHead(302, { location: 'https://other.example.org/' }).end()
    else if (request.url === '/zipped') response.setHeader('content-encoding', 'gzip').end(gzipSync('small'))
    else response.setHeader('set-cookie', 'a=b').end('hello')
  },
  { timeoutMs: 1000 },
)
t.teardown(() => internet.close())
internet.names.set('api.example.org', [somewhere])
const hosts = new Set(['api.example.org', 'inner.example.org', 'two.example.org'])
const way = outside(internet)
const send = async (input: object, network?: Network): Promise<OutsideAnswer | string> => {
  try {
    const request = checkRequest(input, {
      allows: (host) => hosts.has(host),
      header: (value) => value,
      idempotencyKey: 'run:0',
      depth: 2,
    })
    return await (network ? outside(network) : way).send(request, new AbortController().signal)
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('a call to a host that was agreed to arrives, with a key that a repetition carries too', async (t) => {
  const answer = await send({
    url: 'https://api.example.org/x?y=1',
    method: 'post',
    headers: { 'Content-Type': 'text/plain' },
    body: 'grüße',
  })
  t.match(answer, { status: 200, body: 'hello' })
  t.notOk((answer as OutsideAnswer).headers['set-cookie'])
  t.match(seen.at(-1), {
    url: '/x?y=1',
    body: 'grüße',
    headers: { host: 'api.example.org', 'idempotency-key': 'run:0', 'guildhall-depth': '2' },
  })
  t.same(internet.dialled.at(-1), `api.example.org ${somewhere}`)
  t.match(await send({ url: 'https://api.example.org/zipped' }), { body: 'small' })
})

t.test('78: every way to another place is refused before a connection is made', async (t) => {
  const before = internet.dialled.length
  const refused = [
    'https://other.example.org/',
    'http://api.example.org/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://api.example.org@evil.example/',
    'https://user:pw@api.example.org/',
    'https://api.example.org./',
    'https://аpi.example.org/',
    'https://api.example.org.evil.example/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'ftp://api.example.org/',
    'https://api.example.org:8443/',
    'https://api.example.org:80/',
    'https://localhost/',
    'https://[::ffff:127.0.0.1]/',
    'javascript:1',
  ] // prettier-ignore
  for (const url of refused) t.match(await send({ url }), /FORBIDDEN|INVALID|UNAVAILABLE/, url)
  t.equal(internet.dialled.length, before)
})

t.test(
  '78: a name that leads inside, wholly or in part, is refused, and a second look-up changes nothing',
  async (t) => {
    const before = internet.dialled.length
    for (const inner of [
      '10.0.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
      '100.64.0.1',
      '0.0.0.0',
      'fe80::1%eth0',
    ]) {
      internet.names.set('inner.example.org', [inner])
      t.equal(await send({ url: 'https://inner.example.org/' }), 'FORBIDDEN', inner)
      internet.names.set('inner.example.org', [somewhere, inner])
      t.equal(await send({ url: 'https://inner.example.org/' }), 'FORBIDDEN', `${inner} beside a public one`)
    }
    t.equal(internet.dialled.length, before)
    let looks = 0
    const rebinding = { ...internet, resolve: async () => (looks++ === 0 ? [somewhere] : ['127.0.0.1']) }
    t.match(await send({ url: 'https://two.example.org/' }, rebinding), { status: 200 })
    t.equal(looks, 1, 'looked up once')
    t.equal(internet.dialled.at(-1), `two.example.org ${somewhere}`, 'and connected to what was checked')
  },
)

t.test('78: special ranges are not public, and the public ones are', async (t) => {
  for (const address of ['8.8.8.8', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001:81b::200e'])
    t.ok(isPublic(address), address)
  for (const address of [
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '2001:db8::1',
    '2002:7f00:1::',
    '::',
    '::ffff:8.8.8.8',
    'fec0::1',
    'ff02::1',
    'nothing',
    '',
  ])
    t.notOk(isPublic(address), address)
})

t.test('78: a redirect is not followed, and answers are capped in bytes and time', async (t) => {
  const before = internet.dialled.length
  t.match(await send({ url: 'https://api.example.org/away', headers: { authorization: 'Bearer x' } }), {
    status: 302,
    headers: { location: 'https://other.example.org/' },
  })
  t.equal(internet.dialled.length, before + 1, 'and nothing it carried goes on')
  t.equal(await send({ url: 'https://api.example.org/large' }), 'LIMIT')
  t.equal(await send({ url: 'https://api.example.org/bomb' }), 'LIMIT')
  t.equal(await send({ url: 'https://api.example.org/slow' }), 'UNAVAILABLE')
  t.equal(await send({ url: 'https://two.example.org/' }), 'UNAVAILABLE', 'a name nobody knows')
})

t.test('78: headers carry no line ends and none of the platform, and bodies have a size', async (t) => {
  const url = 'https://api.example.org/'
  t.equal(await send({ url, headers: { a: 'x\r\nhost: evil' } }), 'INVALID')
  t.equal(await send({ url, headers: { 'a\r\nb': 'x' } }), 'INVALID')
  t.equal(await send({ url, headers: { a: 'x\u{1f600}' } }), 'INVALID')
  for (const name of [
    'Host',
    'Connection',
    'Transfer-Encoding',
    'Content-Length',
    'Idempotency-Key',
    'Proxy-Authorization',
    'Guildhall-Depth',
  ])
    t.equal(await send({ url, headers: { [name]: 'x' } }), 'FORBIDDEN', name)
  t.equal(await send({ url, method: 'CONNECT' }), 'INVALID')
  t.equal(await send({ url, method: 'POST', body: 'x'.repeat(1_100_000) }), 'LIMIT')
  t.equal(await send({ url, method: 'GET', body: 'x' }), 'INVALID')
  t.equal(await send({ url: 12 }), 'INVALID')
  const stopped = new AbortController()
  const call = way.send(
    checkRequest(
      { url: 'https://api.example.org/slow' },
      { allows: () => true, header: (v) => v, idempotencyKey: 'k', depth: 1 },
    ),
    stopped.signal,
  )
  stopped.abort()
  t.match(await call.catch((error) => error.code), 'UNAVAILABLE', 'stops with its run')
})

t.test('the internet itself is dialled by TLS alone: a server that cannot prove its name is nobody', async (t) => {
  const { createServer } = await import('node:net')
  const plain = createServer((socket) =>
    socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
  )
  plain.listen(0, '127.0.0.1')
  await once(plain, 'listening')
  t.teardown(() => plain.close())
  const { connect } = await import('node:tls')
  const { port } = plain.address() as { port: number }
  const dial = (host: string) => connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: true })
  t.equal(await send({ url: 'https://api.example.org/' }, { ...internet, dial }), 'UNAVAILABLE')
})
