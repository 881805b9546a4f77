import { randomBytes } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { QueryTypes } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import { tree } from '#core/tenancy/tree.ts'
import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'
import type { Ids, Kind } from './expected/expectation.ts'

/** An organisation that has one of each kind of thing, and says its word in every text of theirs. */
export class Club {
  readonly tenant: TestTenant
  readonly owner: TestClient
  /** Stands in every text, so that it is known wherever it turns up. */
  readonly word: string
  readonly #standing = new Map<Kind, Promise<string>>()
  #count = 0

  private constructor(tenant: TestTenant, owner: TestClient, word: string) {
    this.tenant = tenant
    this.owner = owner
    this.word = word
  }

  static async found(platform: TestPlatform, word: string): Promise<Club> {
    const tenant = await platform.tenant(`${word} club`)
    return new Club(tenant, await tenant.admin(), word)
  }

  /** A text nobody else has. */
  text(what: string): string {
    return `${this.word}${what}${++this.#count}`
  }

  /** The one of this kind that stands there for everybody; made when first asked for. */
  one(kind: Kind): Promise<string> {
    const found = this.#standing.get(kind)
    if (found) return found
    const made = makers[kind](this)
    this.#standing.set(kind, made)
    return made
  }

  /** A new one, for a request that changes or deletes it. */
  fresh(kind: Kind): Promise<string> {
    return makers[kind](this)
  }

  /** Ids of what was made so far. */
  async known(): Promise<readonly { kind: Kind; id: string }[]> {
    return Promise.all([...this.#standing].map(async ([kind, id]) => ({ kind, id: await id })))
  }

  /** @throws with the answer when it is no success */
  async post(url: string, body: object): Promise<Record<string, unknown> & { id: string }> {
    return made(await this.owner.post(url, body), url)
  }

  has(pluginId: string): boolean {
    return this.tenant.platform.runtime.host.plugin(pluginId) !== undefined
  }

  async rows<Row extends object>(sql: string, bind: readonly unknown[]): Promise<Row[]> {
    return this.tenant.platform.runtime.database.platform.query<Row>(sql, { bind: [...bind], type: QueryTypes.SELECT })
  }
}

function made(response: LightMyRequestResponse, url: string): Record<string, unknown> & { id: string } {
  if (response.statusCode >= 300) throw new Error(`POST ${url} answered ${response.statusCode}: ${response.body}`)
  return response.json()
}

const id = (path: string, body: (club: Club) => object | Promise<object>) => async (club: Club) =>
  (await club.post(path, await body(club))).id

const newMember = (club: Club, more: object = {}) => ({
  firstName: club.text('first'),
  lastName: club.text('last'),
  email: `${club.text('mail')}@${club.word}.example`,
  phone: `+49 221 ${1_000_000 + randomBytes(3).readUIntBE(0, 3)}`,
  birthday: '1985-04-12',
  notes: club.text('notes'),
  skills: [club.text('skill')],
  tags: [club.text('tag')],
  externalIds: [{ system: 'register', value: club.text('number') }],
  metadata: { remark: club.text('metadata') },
  address: { street: club.text('street'), city: club.text('city'), postalCode: '50667', country: 'DE' },
  emergencyContact: { name: club.text('emergency') },
  ...more,
})
const member =
  (more: object = {}) =>
  async (club: Club) =>
    club.has('members') ? (await club.post('/api/v1/members', newMember(club, more))).id : uuidv7()

const group = async (club: Club) => {
  const name = club.text('group')
  if (club.has('groups')) return (await club.post('/api/v1/groups', { name, description: club.text('described') })).id
  return club.tenant.unit(
    async (tx) => (await tree.create(tx, { id: uuidv7(), parentId: club.tenant.rootId, type: null, name })).id,
  )
}

const user = async (club: Club) => {
  const userId = uuidv7()
  const email = `${club.text('user')}@${club.word}.example`
  await club.rows(
    `INSERT INTO core.app_user (id, issuer, subject, email, email_key, name) VALUES ($1, 'https://issuer.example', $2, $3, $3, $4)`,
    [userId, club.text('subject'), email, club.text('person')],
  )
  await club.rows('INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2)', [club.tenant.id, userId])
  return userId
}

const suspendedMember = async (club: Club) => {
  const memberId = await member()(club)
  if (club.has('members')) await club.post(`/api/v1/members/${memberId}/suspend`, { reason: club.text('reason') })
  return memberId
}

const deletedMember = async (club: Club) => {
  const memberId = await member()(club)
  if (club.has('members')) await club.owner.delete(`/api/v1/members/${memberId}`)
  return memberId
}

const missing = (kind: string) => async () => {
  throw new Error(`Nothing makes a ${kind} yet: add it to test/isolation/club.ts`)
}

const makers: Readonly<Record<Kind, (club: Club) => Promise<string>>> = {
  apiToken: id('/api/v1/api-tokens', (club) => ({ name: club.text('token'), role: 'maker' })),
  serviceAccount: id('/api/v1/service-accounts', (club) => ({ name: club.text('account'), role: 'maker' })),
  role: async (club) => {
    const key = club.text('role')
    await club.post('/api/v1/roles', {
      key,
      title: club.text('title'),
      description: club.text('about'),
      permissions: [],
    })
    return key
  },
  grant: id('/api/v1/grants', async (club) => ({ userId: await club.fresh('user'), role: 'maker' })),
  user,
  member: member(),
  otherMember: member(),
  suspendedMember,
  deletedMember,
  customField: missing('custom field'),
  household: missing('household'),
  guardian: missing('guardian'),
  duplicatePair: missing('pair of duplicates'),
  merge: missing('merge'),
  registration: missing('registration'),
  invitation: missing('invitation'),
  import: missing('import'),
  export: missing('export'),
  bulkOperation: missing('bulk operation'),
  plan: id('/api/v1/members/plans', (club) => ({ name: club.text('plan'), description: club.text('described') })),
  membership: missing('membership'),
  period: missing('period'),
  group,
  otherGroup: group,
  seat: missing('seat'),
  roleType: missing('role type'),
  level: missing('level'),
  activity: missing('activity'),
}

/** Notes which kinds a sample asks for; `give` decides what it gets. */
export function idsFrom(give: (kind: Kind) => string): { ids: Ids; asked: ReadonlySet<Kind> } {
  const asked = new Set<Kind>()
  const ids = new Proxy({} as Record<Kind, string>, {
    get: (_target, kind) => {
      asked.add(kind as Kind)
      return give(kind as Kind)
    },
  })
  return { ids, asked }
}
