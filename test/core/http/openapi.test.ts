import { problemKind, problems } from '@guildhall/sdk'
import { Validator } from '@seriousme/openapi-schema-validator'
import { test } from 'tap'
import { documentFor, problemsMarkdown } from '#core/http/index.ts'
import { start } from './server.start.ts'

test('the document is valid OpenAPI 3.1 and every operation documents its problems', async (t) => {
  const { app } = await start(t)
  const document = (await app.inject('/openapi.json')).json()
  t.equal(document.openapi, '3.1.0')
  const verdict = await new Validator().validate(structuredClone(document))
  t.strictSame(verdict.errors, undefined)
  for (const [path, operations] of Object.entries<Record<string, { responses: Record<string, { content?: object }> }>>(
    document.paths,
  )) {
    for (const [method, operation] of Object.entries(operation500(operations))) t.ok(operation, `${method} ${path}`)
  }
  t.strictSame(document.paths['/api/v1/things'].post.responses['400'].content, {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  })
  t.ok(document.components.schemas.Problem)
  t.ok(document.components.schemas.Filter)
  t.notOk(JSON.stringify(document).includes('/health'), 'probes are no part of the API')
})

const operation500 = (operations: Record<string, { responses: Record<string, { content?: object }> }>) =>
  Object.fromEntries(
    Object.entries(operations).map(([method, { responses }]) => [
      method,
      responses['500']?.content && 'application/problem+json' in responses['500'].content,
    ]),
  )

test('every filter of a list is a described parameter', async (t) => {
  const { app } = await start(t)
  const { parameters } = (await app.inject('/openapi.json')).json().paths['/api/v1/things'].get
  const names = parameters.map(({ name }: { name: string }) => name)
  t.strictSame(names.toSorted(), ['cursor', 'filter', 'limit', 'name', 'name.ne', 'sort', 'total'])
  t.ok(parameters.every(({ description }: { description?: string }) => description))
})

test("an organisation's document holds the plugins that are on there", async (t) => {
  const { app } = await start(t)
  t.strictSame(Object.keys(documentFor(app, (plugin) => plugin === 'things').paths).includes('/api/v1/things'), true)
  t.strictSame(Object.keys(documentFor(app, () => false).paths).includes('/api/v1/things'), false)
})

test('the reference page runs under its policy and brings its own script', async (t) => {
  const { app } = await start(t)
  const page = await app.inject('/docs')
  t.match(page.headers['content-security-policy'], /script-src 'self'(;|$)/)
  const sources = [...page.body.matchAll(/src="([^"]+)"/g)].map(([, source]) => source!)
  t.strictSame(sources, ['/docs/scalar.js', '/docs/start.js'])
  t.notMatch(page.body, /<script>|https?:/)
  for (const source of sources) {
    const script = await app.inject(source)
    t.equal(script.statusCode, 200)
    t.match(script.headers['content-type'], /javascript/)
  }
})

test('the page of errors names every kind, with those of plugins', async (t) => {
  const own = problemKind({ type: 'thing-asleep', status: 409, title: 'The <thing> sleeps', remedy: 'Wake it' })
  const { app } = await start(t, { problemKinds: () => [own] })
  const { body } = await app.inject('/docs/errors')
  const markdown = problemsMarkdown([own])
  for (const { type, remedy } of [...Object.values(problems), own]) {
    t.ok(body.includes(`id="${type}"`), type)
    t.ok(markdown.includes(`\`${type}\``) && markdown.includes(remedy), type)
  }
  t.ok(body.includes('The &lt;thing&gt; sleeps'))
  t.throws(() => problemsMarkdown([problemKind({ ...own, type: 'not-found' })]), /called "not-found"/)
})
