import { randomBytes } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { QueryTypes } from 'sequelize'
import { v7 as uuidv7 } from 'uuid'
import { tree } from '#core/tenancy/tree.ts'
import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'
import { bot, botRun, installation, rehearsal, startedBy, upgraded } from './club-bots.ts'
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

/** Two records of one person, found by a scan. */
const duplicatePair = async (club: Club) => {
  const twin = {
    firstName: club.text('twin'),
    lastName: club.text('twin'),
    birthday: '1990-01-01',
    allowDuplicate: true,
  }
  const { id: first } = await club.post('/api/v1/members', twin)
  await club.post('/api/v1/members', twin)
  await club.post('/api/v1/members/duplicates/scan', {})
  await club.tenant.platform.drain()
  const { items } = (await club.owner.get(`/api/v1/members/duplicates?memberId=${first}`)).json() as {
    items: { id: string }[]
  }
  return items[0]?.id ?? ''
}

/** Confirmed, with the pending member that a confirmation makes. */
const registration = async (club: Club) => {
  const registrationId = uuidv7()
  const memberId = await club.fresh('member')
  await club.rows('UPDATE members.member SET pending = true WHERE tenant_id = $1 AND id = $2', [
    club.tenant.id,
    memberId,
  ])
  await club.rows(
    `INSERT INTO members.registration (tenant_id, id, profile, state, expires_at, member_id) VALUES ($1, $2, $3, 'confirmed', now() + interval '7 days', $4)`,
    [club.tenant.id, registrationId, JSON.stringify({ firstName: club.text('registered') }), memberId],
  )
  return registrationId
}

const membership = async (club: Club) =>
  club.post('/api/v1/memberships', {
    memberId: await club.fresh('member'),
    planId: await club.one('plan'),
    validUntil: '2099-12-31',
    metadata: { remark: club.text('metadata') },
  })

async function upload(club: Club, url: string, content: string, fields: Readonly<Record<string, string>>) {
  const request = multipart({ name: `${club.word}.csv`, content, fields })
  return made(await club.owner.inject({ method: 'POST', url, ...request }), url)
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
  customField: id('/api/v1/custom-fields', (club) => ({
    key: club.text('field'),
    type: 'text',
    title: club.text('title'),
    description: club.text('described'),
    filterable: true,
  })),
  household: id('/api/v1/households', async (club) => ({
    name: club.text('household'),
    address: { city: club.text('city') },
    members: [{ memberId: await club.one('member'), part: 'head' }],
  })),
  guardian: async (club) => {
    const ward = await club.fresh('member')
    const body = { guardianId: await club.one('otherMember'), relationship: club.text('related') }
    return `${ward}/${(await club.post(`/api/v1/members/${ward}/guardians`, body)).id}`
  },
  duplicatePair,
  merge: async (club) => {
    const [winner, loserId] = [await club.fresh('member'), await club.fresh('member')]
    const merge = await club.post(`/api/v1/members/${winner}/merge`, { loserId })
    return `${winner}/${merge.id}/${String(merge.hash)}`
  },
  registration,
  invitation: id('/api/v1/members/invites', (club) => ({
    email: `${club.text('invited')}@${club.word}.example`,
    role: 'maker',
    message: club.text('message'),
  })),
  import: async (club) => {
    const planned = await upload(
      club,
      '/api/v1/imports',
      `firstName;lastName\n${club.text('imported')};${club.text('row')}\n`,
      { into: 'members' },
    )
    return `${planned.id}/${String(planned.hash)}`
  },
  bulkOperation: async (club) => {
    const body = { operation: 'tag', ids: [await club.fresh('member')], parameters: { add: [club.text('tag')] } }
    const planned = await club.post('/api/v1/members/bulk-operations', body)
    return `${planned.id}/${String(planned.hash)}`
  },
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
