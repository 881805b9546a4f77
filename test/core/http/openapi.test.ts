import { problemKind, problems } from '@guildhall/sdk'
import { Validator } from '@seriousme/openapi-schema-validator'
import { test } from 'tap'
import Type from 'typebox'
import { documentFor, problemsMarkdown } from '#core/http/index.ts'
import { start } from './server.start.ts'

test('the document is valid OpenAPI 3.1 and every operation documents its problems', async (t) => {
  const { app } = await start(t)
  const document = (await app.inject('/openapi.json')).json()
  t.equal(document.openapi, '3.1.0')
  const verdict = await new Validator().validate(structuredClone(document))
  t.strictSame(verdict.errors, undefined)
  const failure = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  for (const [path, operations] of Object.entries<Operations>(document.paths))
    for (const [method, { responses }] of Object.entries(operations))
      t.same(responses['500'], { $ref: '#/components/responses/Internal' }, `${method} ${path}`)
  t.match(document.components.responses, { Internal: { content: failure } })
  const name = document.paths['/api/v1/things'].post.responses['400'].$ref.split('/').at(-1)
  t.equal(name, 'ValidationFailedOrMalformedRequest')
  t.strictSame(document.components.responses[name].content, failure)
  t.ok(document.components.schemas.Problem)
  t.ok(document.components.schemas.Filter)
  t.notOk(JSON.stringify(document).includes('/health'), 'probes are no part of the API')
})

type Operations = Record<string, { responses: Record<string, object> }>

test('what has a default may be left out of a request', async (t) => {
  const { app } = await start(t, {}, (app) => {
    const body = Type.Object({ name: Type.String({ maxLength: 9 }), days: Type.Integer({ maximum: 9, default: 3 }) })
    app.post('/named', { config: { open: 'test' }, schema: { body } }, async ({ body }) => body)
    const preset = Type.Object({ days: Type.Integer({ maximum: 9, default: 3 }) })
    app.post('/preset', { config: { open: 'test' }, schema: { body: preset } }, async ({ body }) => body)
  })
  const { paths, components } = (await app.inject('/openapi.json')).json()
  const { parameters } = paths['/api/v1/things'].get
  t.match(
    parameters.find(({ name }: { name: string }) => name === 'limit'),
    { required: false, schema: { default: 25 } },
  )
  const { schema } = paths['/named'].post.requestBody.content['application/json']
  t.same(components.schemas[schema.$ref.split('/').at(-1)].required, ['name'])
  t.same((await app.inject({ method: 'POST', url: '/named', payload: { name: 'x' } })).json(), { name: 'x', days: 3 })
  t.equal(paths['/preset'].post.requestBody.required, false)
  t.same((await app.inject({ method: 'POST', url: '/preset' })).json(), { days: 3 }, 'and all of it, with the body')
})

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
