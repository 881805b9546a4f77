/** A club with the bots of the library: installed by an administrator over the API, as anybody would. */
import type { TestClient, TestPlatform, TestTenant } from '#core/testing/index.ts'
import type { RunTrace } from '#plugins/bots/runs/inbox/run-schema.ts'
import { membersService } from '#plugins/members/refs.ts'

export interface Mail {
  readonly recipient: string
  readonly template: string
  readonly key: string | null
  readonly subject: string | null
  readonly text: string | null
}

export class LibraryClub {
  readonly platform: TestPlatform
  readonly tenant: TestTenant
  readonly admin: TestClient

  private constructor(platform: TestPlatform, tenant: TestTenant, admin: TestClient) {
    this.platform = platform
    this.tenant = tenant
    this.admin = admin
  }

  static async of(platform: TestPlatform, o: { locale?: string; name?: string } = {}): Promise<LibraryClub> {
    const tenant = await platform.tenant(o.name ?? 'Club', {
      settings: { locale: o.locale ?? 'en-GB', timeZone: 'Europe/Berlin' },
    })
    return new LibraryClub(platform, tenant, await tenant.admin())
  }

  /** One call; what it asks for is agreed to. @throws with the answer when it is refused */
  async install(id: string, settings: object = {}, by: TestClient = this.admin): Promise<void> {
    const answer = await by.post(`/api/v1/bots/${id}/configure`, { consent: await this.asks(id, by), ...settings })
    if (answer.statusCode !== 200) throw new Error(answer.body)
  }

  async asks(id: string, by: TestClient = this.admin): Promise<{ actions: string[]; hosts: string[] }> {
    const { permissions } = (await by.get(`/api/v1/bots/${id}`)).json()
    return {
      actions: permissions.actions.map((one: { id: string }) => one.id),
      hosts: permissions.hosts.map((one: { host: string }) => one.host),
    }
  }

  async member(more: object = {}): Promise<string> {
    const answer = await this.admin.post('/api/v1/members', { firstName: 'Ada', lastName: 'Lovelace', ...more })
    if (answer.statusCode !== 201) throw new Error(answer.body)
    return answer.json().id
  }

  /** Somebody asks to become a member and proves his address. Gives the registration. */
  async registered(): Promise<string> {
    await this.tenant.enable('members', { selfRegistration: true })
    const stranger = await this.tenant.as('anonymous')
    const asked = { lastName: 'New', email: 'new@example.org' }
    await stranger.post(`/api/v1/registrations?organization=${this.tenant.slug}`, asked)
    const { id } = (await this.admin.get('/api/v1/registrations')).json().items[0]
    const members = await this.tenant.service(membersService)
    const mail = await this.tenant.unit((tx) => members.confirmationLink(tx, id))
    const token = mail?.link.split('#')[1]
    const confirmed = await stranger.post(`/api/v1/registrations/token/${token}/confirm`)
    if (confirmed.statusCode !== 200) throw new Error(confirmed.body)
    await this.platform.settle()
    return id
  }

  async shown(memberId: string): Promise<Record<string, unknown> & { tags: string[]; role: string }> {
    return (await this.admin.get(`/api/v1/members/${memberId}`)).json()
  }

  async change(memberId: string, patch: object): Promise<void> {
    const answer = await this.admin.patch(`/api/v1/members/${memberId}`, patch)
    if (answer.statusCode !== 200) throw new Error(answer.body)
  }

  async group(name: string): Promise<string> {
    const answer = await this.admin.post('/api/v1/groups', { name, parentId: this.tenant.rootId })
    if (answer.statusCode !== 201) throw new Error(answer.body)
    return answer.json().id
  }

  async seats(groupId: string): Promise<string[]> {
    const { items } = (await this.admin.get(`/api/v1/groups/${groupId}/members`)).json()
    return items.map((seat: { memberId: string }) => seat.memberId)
  }

  /** Starts it by hand and runs what is due. */
  async run(id: string, body: object = {}, by: TestClient = this.admin): Promise<RunTrace> {
    const answer = await by.post(`/api/v1/bots/${id}/run`, body)
    if (answer.statusCode !== 202) throw new Error(answer.body)
    await this.platform.settle()
    return (await by.get(`/api/v1/bot-runs/${answer.json().id}`)).json()
  }

  /** What ran, the oldest first; trials left out. */
  async runs(id: string): Promise<{ id: string; status: string; summary: string; triggerKind: string }[]> {
    return (await this.admin.get(`/api/v1/bots/${id}/runs?sort=queuedAt&limit=200`)).json().items
  }

  async lastRun(id: string): Promise<RunTrace> {
    const last = (await this.runs(id)).at(-1)
    return (await this.admin.get(`/api/v1/bot-runs/${last?.id}`)).json()
  }

  /** Moves the clock, and lets what has come due happen. */
  async pass(hours: number): Promise<void> {
    await this.platform.advance(hours * 3_600_000)
    await this.platform.settle()
  }

  /** The outbox, the oldest first. */
  mails(): Promise<Mail[]> {
    return this.tenant.unit((tx) =>
      tx.query<Mail & Record<string, unknown>>(
        'SELECT recipient, template, key, subject FROM email.message WHERE tenant_id = $1 ORDER BY created_at, id',
        [tx.tenantId],
      ),
    )
  }
}
