import fc from 'fast-check'
import type { TestClient, TestPlatform } from '#core/testing/index.ts'
import { createAccount } from '../support/signed-in.ts'
import { calls, type FuzzedCall, type Source } from './arbitraries.ts'
import { type Document, documentOf, type Operation } from './document.ts'

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
}

/** Two organisations with a few things in them, so that ids lead somewhere. */
export async function prepareFuzz(platform: TestPlatform, ids: readonly string[] = []): Promise<Fuzz> {
  const [club, lonely] = [await platform.tenant('Fuzzed'), await platform.tenant('Lonely')]
  const [admin, hermit] = [await club.admin(), await lonely.admin()]
  // Without an account nobody could sign in, and says so.
  await createAccount(platform, 'first@example.org')
  const document = await documentOf(admin)
  return {
    document,
    source: { document, ids: [club.id, lonely.id, club.rootId, lonely.rootId, ...ids] },
    client: ({ method, path }) => (`${method} ${path}` in apart ? hermit : admin),
  }
}

/** Sends what it was given, and holds the answer against the document. @throws with everything that is wrong */
async function hold(fuzz: Fuzz, operation: Operation, call: FuzzedCall): Promise<void> {
  const path = operation.path.replace(
    /\{(\w+)\}/g,
    (_whole, name: string) => encodeURIComponent(wellFormed(call.path[name] ?? '')) || '-',
  )
  const query = new URLSearchParams(
    Object.entries(call.query).map(([name, value]): [string, string] => [name, wellFormed(value)]),
  ).toString()
  const response = await fuzz.client(operation).inject({
    method: operation.method as 'POST',
    url: query ? `${path}?${query}` : path,
    headers: { ...call.headers, ...(call.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(call.body === undefined ? {} : { payload: JSON.stringify(call.body) }),
  })
  // `.` and `..` are taken out of an address before anybody sees it: then this was another operation.
  if (Object.values(call.path).some((part) => /^\.{0,2}$/.test(part))) return
  if (response.statusCode >= 500)
    throw new Error(`${operation.method} ${path}: ${response.statusCode} ${response.body}`)
  const deviations = fuzz.document.deviations(operation, response)
  if (deviations.length > 0) throw new Error(deviations.join('\n'))
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

/** From FUZZ_SEED, to repeat what failed; else another one each day. */
export const seedOfToday = (): number => Number(process.env.FUZZ_SEED ?? Math.floor(Date.now() / 86_400_000))
