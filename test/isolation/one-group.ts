import type { LightMyRequestResponse } from 'fastify'
import type { TestClient } from '#core/testing/index.ts'
import type { RegisteredRoute } from '../support/registered-routes.ts'
import { signIn } from '../support/signed-in.ts'
import type { Club } from './club.ts'
import { expectations, type Kind, type Sample } from './expected/index.ts'
import { type Findings, guarded, type Matrix, resolved } from './matrix.ts'
import { requestOf } from './requests.ts'

/** Somebody with all rights at one group, in which one member sits. */
interface Warden {
  readonly client: TestClient
  readonly groupId: string
  readonly insiderId: string
}

/** What can be held at a group, by hand; every other permission concerns the whole organisation. */
const atGroups = new Set([
  'members.read',
  'members.update',
  'members.delete',
  'members.suspend',
  'members.export',
  'groups.read',
  'groups.write',
  'groups.seats.read',
  'groups.seats.export',
  'groups.seats.write',
  'plans.memberships.read',
  'plans.memberships.export',
  'plans.memberships.write',
  'core.grants.read',
  'core.grants.manage',
])

/** Of the organisation, and no data of anybody: what a record of the group is read and written with. */
const definitions = new Set(['GET /api/v1/custom-fields', 'GET /api/v1/custom-fields/:id'])

/** Plans: of others the plan says that they are not there, and changes nobody. */
const planning = new Set(['POST /api/v1/members/bulk-operations'])

export async function wardenOf(club: Club): Promise<Warden> {
  const { id: groupId } = await club.post('/api/v1/groups', { name: 'Inside' })
  const { id: insiderId } = await club.post('/api/v1/members', { firstName: 'Ina', lastName: 'Inside' })
  await club.post(`/api/v1/groups/${groupId}/members`, { memberId: insiderId })
  const { client, userId } = await signIn(club.tenant, 'warden@example.org')
  await club.post('/api/v1/grants', { userId, role: 'makerspace_admin', groupId })
  return { client, groupId, insiderId }
}

/** Every route with what is not of the group, with what is, and reading routes without any condition. */
export async function atOneGroup(m: Pick<Matrix, 'routes' | 'own'>, warden: Warden): Promise<Findings> {
  const findings: Findings = []
  const outsiders = (await m.own.known()).filter(({ kind }) => personal.has(kind)).flatMap(({ id }) => id.split('/'))
  for (const route of guarded(m.routes)) {
    const row = expectations[route.key]
    if (!row || row.who === 'platform' || row.who === 'keyed' || row.who === 'signedIn') continue
    const outside = await resolved(row, (kind) => m.own.one(kind))
    const inside = await resolved(row, async (kind) => insideOf(warden, kind) ?? m.own.one(kind))
    const asks = route.method === 'GET' || route.key === 'POST /api/v1/members/query'
    const variants: readonly (readonly [string, Sample])[] = [
      ['of others', outside],
      ['of the group', inside],
      ...(asks ? ([['of anybody', { ...inside, query: required(route, inside) }]] as const) : []),
    ]
    for (const [what, sample] of variants) {
      if (!asks && what === 'of the group') continue
      const response = await warden.client.inject(requestOf(route, sample))
      const told = (wrong: string) => findings.push(`${route.key} ${what}: ${wrong}: ${response.body.slice(0, 240)}`)
      if (!atGroups.has(row.needs ?? '')) {
        if (response.statusCode !== 403) told(`${response.statusCode} instead of 403`)
        continue
      }
      if (response.statusCode >= 500) told(String(response.statusCode))
      const done = planning.has(route.key) ? response.json().counts?.change > 0 : response.statusCode < 300
      if (!asks && done) told('was done')
      if (!definitions.has(route.key)) for (const trace of traces(m.own, outsiders, sample, response)) told(trace)
    }
  }
  return findings
}

const insideOf = ({ groupId, insiderId }: Warden, kind: Kind): string | undefined =>
  kind === 'group' ? groupId : kind === 'member' ? insiderId : undefined

const personal: ReadonlySet<Kind> = new Set<Kind>([
  'member',
  'otherMember',
  'suspendedMember',
  'user',
  'seat',
  'membership',
])

function traces(own: Club, outsiders: readonly string[], sample: Sample, response: LightMyRequestResponse): string[] {
  const sent = JSON.stringify(sample)
  const ids = outsiders.filter((id) => !sent.includes(id) && response.body.includes(id))
  return [
    ...ids.map((id) => `shows ${id}`),
    ...(response.body.includes(own.word) && !sent.includes(own.word) ? [`shows a text with ${own.word}`] : []),
  ]
}

const required = ({ schema }: RegisteredRoute, { query = {} }: Sample): Record<string, string> => {
  const names = (schema.querystring as { required?: string[] } | undefined)?.required ?? []
  return Object.fromEntries(names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))
}
