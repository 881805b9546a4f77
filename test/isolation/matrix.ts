import type { LightMyRequestResponse } from 'fastify'
import type { TestClient } from '#core/testing/index.ts'
import type { RegisteredRoute } from '../support/registered-routes.ts'
import { type Club, idsFrom } from './club.ts'
import {
  answers,
  type Expectation,
  expectations,
  guardedElsewhere,
  type Kind,
  narrowScope,
  open,
  type PrincipalName,
  type Sample,
} from './expected/index.ts'
import { idPlaces, requestOf, valueAt } from './requests.ts'

/** Two organisations, and callers of the first. */
export interface Matrix {
  readonly routes: readonly RegisteredRoute[]
  readonly own: Club
  readonly other: Club
  readonly callers: Readonly<Record<PrincipalName, TestClient>>
}

/** What went wrong, a line each; nothing is what one hopes for. */
export type Findings = string[]

/** Routes behind the pipeline: the rest is open, and listed. */
export const guarded = (routes: readonly RegisteredRoute[]): RegisteredRoute[] =>
  routes.filter(({ key }) => !(key in open) && !(key in guardedElsewhere))

export async function callersOf(own: Club): Promise<Matrix['callers']> {
  const as = (role: string) => own.tenant.as({ role })
  return {
    anonymous: own.tenant.client(null),
    owner: own.owner,
    staff: await as('admin'),
    maker: await as('maker'),
    provider: await as('service_provider'),
    narrow: await own.tenant.as({ role: 'makerspace_admin', scopes: [narrowScope] }),
  }
}

/** Kinds of things that the table asks for: all of them stand in both organisations before anybody calls. */
export async function furnish(m: Pick<Matrix, 'routes' | 'own' | 'other'>): Promise<void> {
  const kinds = new Set<Kind>()
  for (const route of guarded(m.routes)) {
    const { asked } = sampleOf(expectations[route.key], () => '')
    for (const kind of asked) kinds.add(kind)
  }
  for (const kind of kinds) {
    await m.own.one(kind)
    await m.other.one(kind)
  }
}

function sampleOf(
  row: Expectation | undefined,
  give: (kind: Kind) => string,
): { sample: Sample; asked: ReadonlySet<Kind> } {
  const { ids, asked } = idsFrom(give)
  return { sample: row?.sample?.(ids) ?? {}, asked }
}

export async function resolved(row: Expectation, of: (kind: Kind) => Promise<string>): Promise<Sample> {
  const values = new Map<Kind, string>()
  for (const kind of sampleOf(row, () => '').asked) values.set(kind, await of(kind))
  return sampleOf(row, (kind) => values.get(kind) as string).sample
}

/** Every route has a row, every row a route, and every place for an id is tried. */
export function coverage({ routes }: Pick<Matrix, 'routes'>): Findings {
  const known = guarded(routes)
  const keys = new Set(known.map(({ key }) => key))
  return [
    ...known.filter(({ key }) => !(key in expectations)).map(({ key }) => `${key}: no row in test/isolation/expected`),
    ...Object.keys(expectations)
      .filter((key) => !keys.has(key))
      .map((key) => `${key}: a row without a route`),
    ...known.flatMap(({ key, access, schema }) => {
      const row = expectations[key]
      if (!row) return []
      const needs = access && 'requires' in access ? access.requires : undefined
      const said =
        needs === row.needs ? [] : [`${key}: asks ${needs ?? 'nothing'}, the table says ${row.needs ?? 'nothing'}`]
      if (row.who === 'platform') return said
      const { sample } = sampleOf(row, (kind) => `id of ${kind}`)
      const untried = (part: string, of: unknown, value: unknown) =>
        idPlaces(of)
          .filter((place) => !String(valueAt(value, place)).startsWith('id of'))
          .map((place) => `${key}: no sample tries ${part}${place}`)
      return [
        ...said,
        ...untried('query', schema.querystring, sample.query),
        ...untried('body', schema.body, sample.body),
      ]
    }),
  ]
}

interface Asked {
  readonly route: RegisteredRoute
  readonly sample: Sample
  readonly as: string
}

/** What is wrong with an answer whoever got it: a fault of ours, or a trace of the other organisation. */
async function leaks(m: Matrix, { route, sample, as }: Asked, response: LightMyRequestResponse): Promise<Findings> {
  const findings: Findings = []
  // What the caller wrote himself may come back to him.
  const sent = wordsOf(sample).map((word) => word.toLowerCase())
  const all = sent.reduce(
    (text, word) => text.replaceAll(word, ''),
    `${JSON.stringify(response.headers)}${response.body}`.toLowerCase(),
  )
  if (response.statusCode >= 500)
    findings.push(`${route.key} as ${as}: ${response.statusCode} ${response.body.slice(0, 300)}`)
  if (all.includes(m.other.word))
    findings.push(`${route.key} as ${as}: shows a text of the other organisation: ${around(all, m.other.word)}`)
  for (const { kind, id } of [...(await m.other.known()), { kind: 'organisation', id: m.other.tenant.id }])
    if (all.includes(id.toLowerCase()))
      findings.push(`${route.key} as ${as}: shows the id of the other organisation's ${kind}`)
  return findings
}
/** Texts of a request long enough to be somebody's. */
const wordsOf = (part: unknown): string[] =>
  typeof part === 'string'
    ? part.length > 6
      ? [part]
      : []
    : typeof part === 'object' && part !== null
      ? Object.values(part).flatMap(wordsOf)
      : []
const around = (text: string, word: string) => text.slice(Math.max(0, text.indexOf(word) - 60), text.indexOf(word) + 60)

async function call(m: Matrix, client: TestClient, asked: Asked, expected: readonly number[]): Promise<Findings> {
  const response = await client.inject(requestOf(asked.route, asked.sample))
  const findings = await leaks(m, asked, response)
  if (!expected.includes(response.statusCode))
    findings.push(
      `${asked.route.key} as ${asked.as}: ${response.statusCode} instead of ${expected.join(' or ')}: ${response.body.slice(0, 240)}`,
    )
  return findings
}

/** Each caller with things of his own organisation: who is turned away where, and who reads. */
export async function roleCells(m: Matrix): Promise<Findings> {
  const findings: Findings = []
  for (const route of guarded(m.routes)) {
    const row = expectations[route.key]
    if (!row) continue
    const sample = await resolved(row, (kind) => m.own.one(kind))
    for (const [name, client] of Object.entries(m.callers) as [PrincipalName, TestClient][]) {
      const inScope = name === 'narrow' && row.needs === narrowScope
      const expected = inScope ? 'ok' : answers[row.who][name]
      if (expected === 'ok' && route.method !== 'GET') continue
      const statuses = expected === 'ok' ? [row.answer ?? 200] : [expected]
      findings.push(...(await call(m, client, { route, sample, as: name }, statuses)))
    }
  }
  return findings
}

const refused = [400, 404, 409, 422]

/** The administrator with one id after the other replaced by the other organisation's. */
export async function foreignCells(m: Matrix): Promise<Findings> {
  const findings: Findings = []
  for (const route of guarded(m.routes)) {
    const row = expectations[route.key]
    if (!row || row.who === 'platform' || row.who === 'keyed') continue
    for (const kind of sampleOf(row, () => '').asked) {
      const foreign = await m.other.one(kind)
      for (const id of mixtures(await m.own.one(kind), foreign)) {
        const whole = await resolved(row, async (one) => (one === kind ? id : m.own.one(one)))
        findings.push(
          ...(await foreignCell(m, { route, sample: whole, as: `owner with a foreign ${kind}` }, row, foreign)),
        )
      }
    }
  }
  return findings
}

/** Where an id is several, each of them foreign alone and all of them: `a/b` with `x/y` gives `x/b`, `a/y`, `x/y`. */
function mixtures(own: string, foreign: string): string[] {
  const [ours, theirs] = [own.split('/'), foreign.split('/')]
  const single = ours.map((_id, i) => ours.map((id, j) => (i === j ? theirs[j] : id)).join('/'))
  return [...new Set([...single.slice(0, 2), foreign])]
}

async function foreignCell(m: Matrix, asked: Asked, row: Expectation, foreign: string): Promise<Findings> {
  const { route, sample } = asked
  const ids = foreign.split('/')
  const holds = (place: unknown) => ids.some((id) => JSON.stringify(place ?? null).includes(id))
  if (holds(sample.path)) return call(m, m.callers.owner, asked, [404])
  if (holds(sample.body)) return row.foreignInBody ? findsNothing(m, asked, row.foreignInBody) : pointsAtIt(m, asked)
  if (holds(sample.file)) return findsNothing(m, asked, refused)
  // A part that this route does not ask for: then the request holds nothing foreign.
  if (!holds(sample.query)) return []
  // One condition at a time: two of them find nothing anyhow.
  const required = (route.schema.querystring as { required?: string[] } | undefined)?.required ?? []
  const query = Object.entries(sample.query ?? {}).filter(([name, value]) => required.includes(name) || holds(value))
  return findsNothing(
    m,
    { ...asked, sample: { ...sample, query: Object.fromEntries(query) } },
    row.foreignInQuery ?? [200, ...refused],
  )
}

/** What a field names and is not here is a wrong field: the answer says which. */
async function pointsAtIt(m: Matrix, asked: Asked): Promise<Findings> {
  const response = await m.callers.owner.inject(requestOf(asked.route, asked.sample))
  const findings = await leaks(m, asked, response)
  const { errors = [] } = response.json() as { errors?: { pointer: string }[] }
  const points = errors.length > 0 && errors.every(({ pointer }) => pointer.length > 1)
  if (response.statusCode !== 400 || !points)
    findings.push(
      `${asked.route.key} as ${asked.as}: ${response.statusCode} instead of 400 with a pointer: ${response.body.slice(0, 240)}`,
    )
  return findings
}

/** A filter by what is not there finds nothing; anything else is refused. */
async function findsNothing(m: Matrix, asked: Asked, allowed: readonly number[]): Promise<Findings> {
  const response = await m.callers.owner.inject(requestOf(asked.route, asked.sample))
  const findings = await leaks(m, asked, response)
  if (!allowed.includes(response.statusCode))
    findings.push(
      `${asked.route.key} as ${asked.as}: ${response.statusCode} instead of ${allowed.join(' or ')}: ${response.body.slice(0, 240)}`,
    )
  const isPage = response.statusCode === 200 && String(response.headers['content-type']).startsWith('application/json')
  const items = isPage ? (response.json() as { items?: unknown[] }).items : undefined
  if (items && items.length > 0) findings.push(`${asked.route.key} as ${asked.as}: finds ${items.length} with it`)
  return findings
}

/** The other organisation's administrator naming this one: as if it did not exist. */
export async function strangerCells(m: Matrix): Promise<Findings> {
  const findings: Findings = []
  for (const route of guarded(m.routes)) {
    const row = expectations[route.key]
    if (!row || row.who === 'keyed') continue
    const request = requestOf(route, await resolved(row, (kind) => m.own.one(kind)))
    const naming = async (organization: string) => {
      const { statusCode, body } = await m.other.owner.inject({
        ...request,
        headers: { ...request.headers, 'x-organization': organization },
      })
      return { statusCode, body: body.replace(/"requestId":"[^"]*"/, '') }
    }
    const unknown = await naming('nowhere-at-all')
    for (const organization of [m.own.tenant.slug, m.own.tenant.id]) {
      const known = await naming(organization)
      if (known.statusCode !== 404 || known.body !== unknown.body)
        findings.push(`${route.key} as the other's owner naming us: ${known.statusCode} ${known.body.slice(0, 200)}`)
    }
  }
  return findings
}

/** The administrator with things of his own: what every refusal above is held against. Deletions come last. */
export async function ownCells(m: Matrix): Promise<Findings> {
  const findings: Findings = []
  for (const route of guarded(m.routes)) {
    const row = expectations[route.key]
    if (!row || row.who === 'platform' || row.who === 'keyed' || row.noOwnCall || route.method === 'GET') continue
    const sample = await resolved(row, (kind) => m.own.fresh(kind))
    findings.push(...(await call(m, m.callers.owner, { route, sample, as: 'owner' }, [row.answer ?? 200])))
  }
  return findings
}

/** Counts and lists leak without a word: what the administrator reads, to be compared. The trail grows by being read. */
export async function readings(m: Matrix): Promise<Record<string, string>> {
  const read: Record<string, string> = {}
  for (const route of guarded(m.routes)) {
    const row = expectations[route.key]
    if (
      !row ||
      route.method !== 'GET' ||
      row.who === 'platform' ||
      row.who === 'keyed' ||
      row.needs === 'core.audit.read'
    )
      continue
    const whole = await resolved(row, (kind) => m.own.one(kind))
    // A list without conditions, counted: the widest there is.
    const sample = 'total' in propertiesOf(route) ? { ...whole, query: { total: 'true' } } : whole
    const { body, statusCode } = await m.callers.owner.inject(requestOf(route, sample))
    read[route.key] =
      `${statusCode} ${body.replace(/"(requestId|lastUsedAt|nextRunAt|lastRunAt)":("[^"]*"|null)/g, '')}`
  }
  return read
}
const propertiesOf = ({ schema }: RegisteredRoute) =>
  (schema.querystring as { properties?: object } | undefined)?.properties ?? {}
