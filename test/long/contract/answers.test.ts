import t from 'tap'
import { documentOf, type Operation } from '../../contract/document.ts'
import { requestWith, Senders } from '../../contract/senders.ts'

t.setTimeout(1_100_000)

const senders = await Senders.gather()
const { own } = senders
t.teardown(() => senders.platform.close())
const document = await documentOf(own.owner)

/** Settling works through everything there is to do; what needs it comes when there is little. */
const undoFirst = (key: string) => (key.endsWith('/undo') ? 0 : 1)
const routes = senders.routes.toSorted((a, b) => undoFirst(a.key) - undoFirst(b.key))
const operationOf = (key: string): Operation => document.operation(key.replace(/:(\w+)/g, '{$1}'))
const takes = (operation: Operation, header: string) =>
  operation.parameters?.some(({ in: where, name }) => where === 'header' && name === header) === true

/** A token is nobody: it has no record and no inbox of its own. */
const nobodys = ['GET /api/v1/members/me', 'PATCH /api/v1/members/me', 'PUT /api/v1/notification-settings/:kind']
/** It exports nothing. */
const nothing = ['GET /api/v1/members/bulk-operations/:id/file']

t.test('each answer has the headers that are documented, leads where it says, and compares what it says', async (t) => {
  for (const route of routes) {
    const { key, method } = route
    const operation = operationOf(key)
    const { client, sample } = senders.of(key)
    const what = await sample()
    if (method !== 'GET') {
      // A change that nobody sees happen must not happen: the stale request leaves the sample as it is.
      const stale = await client.inject(requestWith(route, what, { 'if-match': '"v999999"' }))
      const compared = takes(operation, 'if-match')
      if (nobodys.includes(key)) t.ok([400, 404].includes(stale.statusCode), `${key}: ${stale.statusCode}`)
      else t.equal(stale.statusCode, compared ? 412 : 400, `${key} with a stale If-Match: ${stale.body.slice(0, 200)}`)
      if (!compared) t.match(stale.json(), { errors: [{ pointer: '/if-match', in: 'header' }] }, key)
    }
    const answer = await client.inject(requestWith(route, what, {}))
    t.same(document.deviations(operation, answer), [], key)
    if (nobodys.includes(key) || nothing.includes(key)) continue
    t.ok(answer.statusCode < 300, `${key}: ${answer.statusCode} ${answer.body.slice(0, 200)}`)
    const { etag, location, link } = answer.headers
    const headers = Object.keys(operation.responses[String(answer.statusCode)]?.headers ?? {})
    if (headers.includes('ETag')) t.equal(typeof etag, 'string', `${key}: ETag is sent`)
    t.equal(location !== undefined, headers.includes('Location'), `${key}: Location is sent where it is said`)
    for (const url of [location, /^<([^>]+)>/.exec(String(link ?? ''))?.[1]])
      if (url) t.equal((await client.get(url)).statusCode, 200, `${key} leads to ${url}`)
    if (method !== 'GET') continue
    const head = await client.inject({ ...requestWith(route, what, {}), method: 'HEAD' })
    t.equal(head.statusCode, 200, `HEAD ${key}`)
    t.equal(head.body, '', `HEAD ${key}`)
    t.equal(takes(operation, 'if-none-match'), etag !== undefined, `${key}: If-None-Match and ETag belong together`)
    for (const known of etag ? [String(etag), `W/${etag}`, '*'] : []) {
      const same = await client.inject(requestWith(route, what, { 'if-none-match': known }))
      t.equal(same.statusCode, 304, `${key} with ${known}`)
      t.same(document.deviations(operation, same), [], key)
    }
  }
})

/** What an example names is not there: an id, somebody's plan, a version never published. */
const named = /Id$|Ids\/\d+$|^\/(version|hash)$/

t.test('each example of a body can be sent as it is', async (t) => {
  for (const route of routes) {
    const operation = operationOf(route.key)
    if (!operation.requestBody?.content['application/json']) continue
    const { client, sample } = senders.of(route.key)
    const { path } = await sample()
    for (const body of document.bodyExamples(operation)) {
      const answer = await client.inject(requestWith(route, { ...(path && { path }), body: body as object }, {}))
      const { errors = [] } = (answer.body === '' ? {} : answer.json()) as { errors?: { pointer: string }[] }
      const refused =
        answer.statusCode === 400 && !(errors.length > 0 && errors.every(({ pointer }) => named.test(pointer)))
      t.notOk(refused, `${route.key}: ${JSON.stringify(body).slice(0, 200)}: ${answer.body.slice(0, 400)}`)
      t.not(answer.statusCode, 403, `${route.key}: ${answer.body.slice(0, 300)}`)
    }
  }
})

t.test('a POST whose fields may all be left out needs no body, and says so', async (t) => {
  const optional = document.operations.filter(({ requestBody }) => requestBody?.required === false)
  t.ok(optional.some(({ path }) => path === '/api/v1/bots/{id}/rollback'))
  for (const { method, path } of optional) {
    const route = senders.routes.find(({ key }) => key === `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
    if (!route) continue
    const { client, sample } = senders.of(route.key)
    const { body: _, ...bare } = await sample()
    const answer = await client.inject(requestWith(route, bare, {}))
    const { errors = [] } = answer.json() as { errors?: { pointer: string }[] }
    t.same(
      errors.filter(({ pointer }) => pointer === ''),
      [],
      route.key,
    )
    t.not(answer.statusCode, 415, route.key)
  }
  t.same(
    document.operations
      .filter((one) => one.method === 'POST' && document.bodySchema(one) && document.fitsBody(one, {}))
      .filter((one) => document.bodySchema(one)?.type === 'object' && one.requestBody?.required !== false)
      .map(({ path }) => path),
    [],
  )
})
