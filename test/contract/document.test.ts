import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { startTestPlatform } from '#core/testing/index.ts'
import { documentOf, type Operation, type Schema } from './document.ts'

t.setTimeout(120_000)

const platform = await startTestPlatform()
t.teardown(() => platform.close())
const club = await platform.tenant('Club')
const stranger = club.client(null)
const document = await documentOf(stranger)
const { operations } = document
const without = (is: (operation: Operation) => boolean) =>
  operations.filter((one) => !is(one)).map(({ method, path }) => `${method} ${path}`)

t.test('the document of all installed plugins is valid OpenAPI 3.1, for everybody', async (t) => {
  t.equal(document.json.openapi, '3.1.0')
  const verdict = await new Validator().validate(structuredClone(document.json))
  t.same(verdict.errors, undefined)
})

t.test('each operation says what it is for, under a tag, with an id of its own', async (t) => {
  t.same(
    without(({ summary }) => (summary?.length ?? 0) > 5),
    [],
  )
  t.same(
    without(({ tags }) => (tags?.length ?? 0) > 0),
    [],
  )
  const ids = operations.map(({ operationId }) => operationId)
  t.same(
    ids.filter((id, i) => !id || ids.indexOf(id) !== i),
    [],
  )
})

t.test('the document says what holds everywhere, and names what is in it', async (t) => {
  const { description } = document.json.info as { description: string }
  const named = [...description.matchAll(/`([A-Z]+ \/api\/v1\/[\w/-]+)`/g)].map(([, key = '']) => key)
  t.same(
    named.map((key) => document.find(key) && key),
    ['POST /api/v1/api-tokens', 'POST /api/v1/auth/login'],
  )
  for (const word of ['`/api/...`', 'page.nextCursor', 'If-Match', 'Idempotency-Key', 'application/problem+json'])
    t.ok(description.includes(word), word)
})

t.test('each tag says what it is about, and stands in the document of those alone who have it', async (t) => {
  const used = new Set(operations.flatMap(({ tags = [] }) => tags))
  t.same(new Set(document.tags.map(({ name }) => name)), used)
  t.same(
    document.tags.filter(({ name, description }) => !/^[A-Z]/.test(name) || !/^[A-Z].{20,}/.test(description)),
    [],
  )
  const admin = await club.admin()
  const bots = async (enabled: boolean) => {
    t.equal((await admin.put('/api/v1/plugins/bots', { enabled })).statusCode, 200)
    const seen = (await admin.get('/api/v1/openapi.json')).json()
    return seen.tags.some(({ name }: { name: string }) => name === 'Bots')
  }
  t.same([await bots(true), await bots(false)], [true, false])
})

t.test('each answer says in words what it is', async (t) => {
  const words = operations.flatMap(({ method, path, responses }) =>
    Object.values(responses).map(({ description }) => [description, `${method} ${path}`] as const),
  )
  t.same(
    words.filter(([description]) => !description || description === 'Default Response'),
    [],
  )
})

t.test('each operation names its scope, or says that it is open', async (t) => {
  const scope = ({ security }: Operation) => security?.flatMap((one) => one.bearer ?? []) ?? []
  const open = /Open to (everybody|whoever is signed in)\.|For whoever is signed in with a browser\./
  t.same(
    without((one) => scope(one).length > 0 || open.test(one.description ?? '')),
    [],
  )
  t.same(
    without((one) => scope(one).every((name) => one.description?.includes(name))),
    [],
  )
})

t.test('each operation documents its errors as problems', async (t) => {
  const has = (status: number) => (one: Operation) =>
    'application/problem+json' in (one.responses[status]?.content ?? {})
  t.same(without(has(500)), [])
  t.same(without(has(503)), [])
  t.same(without(has(429)), [])
  t.same(
    without((one) => (one.security?.length ?? 0) === 0 || (has(401)(one) && has(403)(one))),
    [],
  )
  t.same(
    without((one) => has(422)(one) === Boolean(one.parameters?.some(({ name }) => name === 'idempotency-key'))),
    [],
    'of keys where one is taken',
  )
  t.same(
    without((one) => !one.path.includes('{') || has(404)(one)),
    [],
  )
  t.same(
    without((one) => !one.requestBody || (has(400)(one) && has(413)(one) && has(415)(one))),
    [],
  )
})

t.test('bodies and answers are referred to by name, and nothing of several fields is written out twice', async (t) => {
  const inline = operations.flatMap(({ method, path, requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].flatMap((part) =>
      Object.entries(part?.content ?? {})
        .filter(([type, { schema }]) => /json/.test(type) && (schema?.properties || schema?.items))
        .map(() => `${method} ${path}`),
    ),
  )
  t.same(inline, [])
  t.ok(document.schemas.Member && document.schemas.MemberWithIncludesPage && document.schemas.Problem)
  t.same(
    Object.keys(document.schemas).filter((name) => !/^[A-Z][A-Za-z]+$/.test(name)),
    [],
    'no two of a name',
  )
  const written = Object.entries(document.schemas).flatMap(([name, schema]) =>
    anonymous(schema).map((one) => [JSON.stringify(one.properties), name] as const),
  )
  const again = [...Map.groupBy(written, ([json]) => json).values()].filter((same) => same.length > 1)
  t.same(
    again.map((same) => same.map(([, name]) => name)),
    [],
  )
})

/** Objects of more than two fields inside a schema, which have no name. */
function anonymous(schema: Schema, inside = false): Schema[] {
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(schema.anyOf ?? []),
  ]
  const here = inside && Object.keys(schema.properties ?? {}).length > 2 ? [schema] : []
  return [...here, ...inner.flatMap((one) => anonymous(one, true))]
}

t.test('each field of each schema says what it means', async (t) => {
  t.same(
    Object.entries(document.schemas).flatMap(([name, schema]) => unsaid(schema, name)),
    [],
  )
})

/** At the field itself, not only in one of its forms: programs that write types look no deeper. */
const says = (schema: Schema): boolean =>
  schema.description !== undefined || (schema.$ref !== undefined && document.schema(schema).description !== undefined)

function unsaid(schema: Schema, at: string): string[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      ...(says(field) ? [] : [`${at}.${name}`]),
      ...unsaid(field, `${at}.${name}`),
    ]),
    ...(schema.items ? unsaid(schema.items, at) : []),
    ...(schema.anyOf ?? []).flatMap((one) => unsaid(one, at)),
  ]
}

t.test('an organisation sees the schemas of what is on there, and none is missing', async (t) => {
  const admin = await club.admin()
  const seen = (await admin.get('/api/v1/openapi.json')).json()
  const named = Object.keys(seen.components.schemas)
  const referred = [...JSON.stringify(seen).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  t.same(new Set(named), new Set(referred))
})

t.test('what a filter and a sort take can be read by a program', async (t) => {
  const members = operations.find(({ method, path }) => method === 'GET' && path === '/api/v1/members')!
  const schema = (name: string) => members.parameters!.find((one) => one.name === name)!.schema
  const fits = (name: string, text: string) => new RegExp(schema(name).pattern ?? '(?!)').test(text)
  t.same(schema('status.ne').enum, ['pending', 'active', 'expired', 'suspended'])
  t.same(schema('email.isNull').enum, ['true', 'false'])
  t.equal(schema('joinedOn.gte').format, 'date')
  t.same([fits('status', 'active,pending'), fits('status', 'active,nothing'), fits('status', '')], [true, false, false])
  t.same([fits('sort', '-lastName,leftOn'), fits('sort', 'leftOn'), fits('sort', 'nothing')], [true, false, false])
  t.same([fits('joinedOn.between', '2020-01-01,2020-12-31'), fits('joinedOn.between', '2020-01-01')], [true, false])
  const onlyInWords = operations.flatMap(({ method, path, parameters = [] }) =>
    parameters
      .filter((one) => one.in === 'query' && / One of: /.test(one.description ?? one.schema.description ?? ''))
      .filter(({ schema: { enum: values, pattern } }) => !values && !pattern)
      .map(({ name }) => `${method} ${path}?${name}`),
  )
  t.same(onlyInWords, [])
})

t.test('parameters and fields are bounded and described', async (t) => {
  const undescribed = operations.flatMap(({ method, path, parameters = [] }) =>
    parameters
      .filter((one) => one.in === 'query' && !one.description && !one.schema.description)
      .map(({ name }) => `${method} ${path}?${name}`),
  )
  t.same(undescribed, [])
  const unbounded = operations.flatMap((one) => {
    const schema = document.bodySchema(one)
    return schema ? boundless(schema, `${one.method} ${one.path}`) : []
  })
  t.same(unbounded, [])
})

function boundless(schema: Schema, at: string): string[] {
  const types = [schema.type ?? []].flat()
  return [
    ...(types.includes('string') && !schema.enum && schema.maxLength === undefined
      ? [`${at}: a string without end`]
      : []),
    ...(types.includes('array') && schema.maxItems === undefined ? [`${at}: an array without end`] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => boundless(inner, `${at}/${name}`)),
    ...(schema.items ? boundless(schema.items, `${at}/0`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((inner) => boundless(inner, at)),
  ]
}

t.test('each example of an answer is one', async (t) => {
  t.same(
    operations.flatMap((one) => document.misfits(one).map((misfit) => `${one.method} ${one.path}: ${misfit}`)),
    [],
  )
})

t.test('each body comes with an example that fits', async (t) => {
  const bodies = operations.filter((one) => document.bodySchema(one))
  const examples = (one: Operation) => document.bodyExamples(one)
  t.same(
    bodies.filter((one) => examples(one).length === 0).map(({ method, path }) => `${method} ${path}`),
    [],
    'there is one',
  )
  t.same(
    bodies.flatMap((one) =>
      examples(one).flatMap((example) =>
        document.fitsBody(one, example) ? [] : [`${one.method} ${one.path}: ${JSON.stringify(example)}`],
      ),
    ),
    [],
    'it fits',
  )
})
