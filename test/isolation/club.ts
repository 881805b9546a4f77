import type { LightMyRequestResponse } from 'fastify'
import { QueryTypes } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import { tree } from '#core/tenancy/tree.ts'
import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'
import { bot, botRun, installation, rehearsal, startedBy, upgraded } from './club-bots.ts'
import {
  bulkOperation,
  deletedMember,
  duplicatePair,
  guardian,
  household,
  imported,
  invitation,
  member,
  merge,
  registration,
  suspendedMember,
} from './club-members.ts'
import { posted as id } from './club-posts.ts'
import type { Ids, Kind } from './expected/expectation.ts'
import { mailMakers } from './mail-makers.ts'
import { multipart } from './requests.ts'

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

  async post(url: string, body: object): Promise<Record<string, unknown> & { id: string }> {
    return made(await this.owner.post(url, body), url)
  }

  async upload(url: string, content: string, fields: Readonly<Record<string, string>>) {
    const request = multipart({ name: `${this.word}.csv`, content, fields })
    return made(await this.owner.inject({ method: 'POST', url, ...request }), url)
  }

  has(pluginId: string): boolean {
    return this.tenant.platform.runtime.host.plugin(pluginId) !== undefined
  }

  async rows<Row extends object>(sql: string, bind: readonly unknown[]): Promise<Row[]> {
    return this.tenant.platform.runtime.database.platform.query<Row>(sql, { bind: [...bind], type: QueryTypes.SELECT })
  }
}

/** @throws with the answer when it is no success */
function made(response: LightMyRequestResponse, url: string): Record<string, unknown> & { id: string } {
  if (response.statusCode >= 300) throw new Error(`POST ${url} answered ${response.statusCode}: ${response.body}`)
  return response.json()
}

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

const membership = async (club: Club) =>
  club.post('/api/v1/memberships', {
    memberId: await club.fresh('member'),
    planId: await club.one('plan'),
    validUntil: '2099-12-31',
    metadata: { remark: club.text('metadata') },
  })

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
  customField: id('/api/v1/custom-fields', (club) => ({
    key: club.text('field'),
    type: 'text',
    title: club.text('title'),
    description: club.text('described'),
    filterable: true,
  })),
  household,
  guardian,
  duplicatePair,
  merge,
  registration,
  invitation,
  import: imported,
  bulkOperation,
  plan: id('/api/v1/members/plans', (club) => ({ name: club.text('plan'), description: club.text('described') })),
  membership: async (club) => (await membership(club)).id,
  period: async (club) => {
    const { id: membershipId, periods } = await membership(club)
    return `${membershipId}/${(periods as { id: string }[])[0]?.id}`
  },
  group,
  otherGroup: group,
  seat: async (club) => {
    const at = await club.one('group')
    const body = { memberId: await club.fresh('member'), metadata: { remark: club.text('metadata') } }
    return `${at}/${(await club.post(`/api/v1/groups/${at}/members`, body)).id}`
  },
  bot: bot(),
  installation: installation(),
  upgradable: installation('1.0.0', '1.1.0'),
  upgraded,
  listening: startedBy({ webhook: true }),
  pressable: startedBy({ action: { target: 'member' } }),
  botRun: botRun('queued'),
  failedBotRun: botRun('failed'),
  rehearsal,
  ...mailMakers,
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
