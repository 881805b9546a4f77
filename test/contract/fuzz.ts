import fc from 'fast-check'
import type { TestClient, TestPlatform } from '#core/testing/index.ts'
import { Club } from '../isolation/club.ts'
import { createAccount } from '../support/signed-in.ts'
import { calls, type FuzzedCall, placeholder, type Source } from './arbitraries.ts'
import { type Document, documentOf, type Operation } from './document.ts'
import { KnownThings } from './known-things.ts'

/** Operations that would end the run for all others: they get an organisation of their own. */
const apart: Readonly<Record<string, string>> = {
  'PUT /api/v1/plugins/{id}': 'switches off what the others call',
  'POST /api/v1/plugins/{id}/purge/{operation}/apply': 'deletes what the others call',
  'PUT /api/v1/organizations/current': 'changes the zone and the language the others count with',
  'DELETE /api/v1/api-tokens/{id}': 'may end the token of this very run',
  'POST /api/v1/auth/login': 'is asked without a credential',
  'POST /api/v1/auth/logout': 'is asked without a credential',
}

export interface Fuzz {
  readonly document: Document
  readonly source: Source
  readonly client: (operation: Operation) => TestClient
  readonly things: KnownThings
  /** Statuses seen, by operation. */
  readonly seen: Map<string, Set<number>>
}

/** Two organisations with a few things in them, so that ids lead somewhere. */
export async function prepareFuzz(platform: TestPlatform): Promise<Fuzz> {
  const [club, stranger, lonely] = [
    await Club.found(platform, 'fuzzed'),
    await Club.found(platform, 'stranger'),
    await platform.tenant('Lonely'),
  ]
  const hermit = await lonely.admin()
  // Without an account nobody could sign in, and says so.
  await createAccount(platform, 'first@example.org')
  const document = await documentOf(club.owner)
  const foreign = await Promise.all((['member', 'plan', 'group'] as const).map((kind) => stranger.one(kind)))
  const fuzz: Fuzz = {
    document,
    seen: new Map(),
    things: new KnownThings(),
    source: { document, ids: [club.tenant.id, lonely.id, club.tenant.rootId, ...foreign] },
    client: ({ method, path }) => (`${method} ${path}` in apart ? hermit : club.owner),
  }
  for (const kind of furniture) await club.one(kind)
  const [winner = '', mergeId = ''] = (await club.one('merge')).split('/')
  fuzz.things.add('/api/v1/members/{id}/merge', [winner, mergeId])
  const ward = (await club.one('guardian')).split('/')
  fuzz.things.add('/api/v1/members/{id}/guardians', ward)
  fuzz.things.add('/api/v1/memberships/{id}/periods', (await club.one('period')).split('/'))
  fuzz.things.add('/api/v1/groups/{id}/members', (await club.one('seat')).split('/'))
  // Lists show what there is.
  for (const operation of document.operations)
    if (operation.method === 'GET' && !operation.path.includes('{'))
      await hold(fuzz, operation, { path: 0, query: {}, headers: {} }).catch(() => {})
  return fuzz
}

const furniture = [
  'member',
  'otherMember',
  'suspendedMember',
  'deletedMember',
  'customField',
  'household',
  'duplicatePair',
  'registration',
  'invitation',
  'import',
  'plan',
  'membership',
  'group',
  'otherGroup',
  'role',
  'grant',
  'user',
  'apiToken',
  'serviceAccount',
] as const

/** What makes comes first, what shows and changes next, what deletes last. */
export const inOrder = ({ operations }: Document): readonly Operation[] => {
  const rank = ({ method, path }: Operation) =>
    method === 'DELETE' ? 3 : method === 'POST' && !path.includes('{') ? 0 : method === 'GET' ? 1 : 2
  return operations.toSorted((a, b) => rank(a) - rank(b))
}

/** The values of a call's path, of things there are where it asks for them. */
function pathOf(fuzz: Fuzz, operation: Operation, { path }: FuzzedCall): Record<string, string> {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  if (typeof path !== 'number') return path
  const known = fuzz.things.path(operation.path, path) ?? []
  return Object.fromEntries(names.map((name, i) => [name, known[i] ?? fuzz.things.named(name, path) ?? 'members']))
}

/** Sends what it was given, and holds the answer against the document. @throws with everything that is wrong */
async function hold(fuzz: Fuzz, operation: Operation, call: FuzzedCall): Promise<void> {
  const known = (text: string) =>
    text.replace(
      placeholder,
      (_whole, name: string, n: string) => fuzz.things.named(name, Number(n)) ?? fuzz.source.ids[0] ?? '',
    )
  const params = pathOf(fuzz, operation, call)
  const path = operation.path.replace(
    /\{(\w+)\}/g,
    (_whole, name: string) => encodeURIComponent(wellFormed(params[name] ?? '')) || '-',
  )
  const query = new URLSearchParams(
    Object.entries(call.query).map(([name, value]): [string, string] => [name, known(wellFormed(value))]),
  ).toString()
  const response = await fuzz.client(operation).inject({
    method: operation.method as 'POST',
    url: query ? `${path}?${query}` : path,
    headers: { ...call.headers, ...(call.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(call.body === undefined ? {} : { payload: known(JSON.stringify(call.body)) }),
  })
  // `.` and `..` are taken out of an address before anybody sees it: then this was another operation.
  if (Object.values(params).some((part) => /^\.{0,2}$/.test(part))) return
  const key = `${operation.method} ${operation.path}`
  fuzz.seen.set(key, (fuzz.seen.get(key) ?? new Set()).add(response.statusCode))
  if (response.statusCode >= 500)
    throw new Error(`${operation.method} ${path}: ${response.statusCode} ${response.body}`)
  const deviations = fuzz.document.deviations(operation, response)
  if (deviations.length > 0) throw new Error(deviations.join('\n'))
  fuzz.things.learn(operation, Object.values(params), response)
}

/** A lone surrogate cannot stand in an address. */
const wellFormed = (text: string): string => text.toWellFormed()

/** @returns what fast-check found, shrunk, with its seed; null when all is well */
export async function fuzzOperation(
  fuzz: Fuzz,
  operation: Operation,
  o: { seed: number; runs: number; milliseconds: number },
): Promise<string | null> {
  const property = fc.asyncProperty(calls(operation, fuzz.source), (call) => hold(fuzz, operation, call))
  const result = await fc.check(property, {
    seed: o.seed,
    numRuns: o.runs,
    interruptAfterTimeLimit: o.milliseconds,
    maxSkipsPerRun: 1000,
  })
  return result.failed && result.counterexample !== null
    ? `${String(result.errorInstance)}\n${fc.defaultReportMessage(result)}`
    : null
}

/** @returns the operations that were refused whatever was sent: a fuzz that never gets through the door tries nothing */
export const onlyRefused = ({ document, seen }: Fuzz): readonly string[] =>
  document.operations
    .map(({ method, path }) => `${method} ${path}`)
    .filter((name) => ![...(seen.get(name) ?? [])].some((status) => status < 400))

/** From FUZZ_SEED, to repeat what failed; in CI, where a change is judged by what it did, always the same; else another one each day. */
export const seedOfRun = (): number =>
  Number(process.env.FUZZ_SEED ?? (process.env.CI ? 20_270_101 : Math.floor(Date.now() / 86_400_000)))
