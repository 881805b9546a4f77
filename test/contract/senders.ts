import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import { startTestPlatform, type TestClient, type TestPlatform } from '#core/testing/index.ts'
import { Club } from '../isolation/club.ts'
import { expectations, type Sample } from '../isolation/expected/index.ts'
import { furnish, guarded, resolved } from '../isolation/matrix.ts'
import { requestOf } from '../isolation/requests.ts'
import { type RegisteredRoute, withRoutes } from '../support/registered-routes.ts'
import { browserOf, type SignedIn, signIn } from '../support/signed-in.ts'

/** Whoever may call a route, and requests of it that are done. */
export interface Sender {
  readonly client: TestClient
  /** With things of its own, made for this request. */
  readonly sample: () => Promise<Sample>
}

/** Two organisations with one of each kind of thing, and a sender for every route behind the pipeline. */
export class Senders {
  readonly platform: TestPlatform
  readonly routes: readonly RegisteredRoute[]
  readonly own: Club
  readonly other: Club
  readonly #person: SignedIn
  /** Acts above organisations, and names none. */
  readonly #above: TestClient

  private constructor(o: {
    platform: TestPlatform
    routes: readonly RegisteredRoute[]
    own: Club
    other: Club
    person: SignedIn
  }) {
    this.platform = o.platform
    this.routes = o.routes
    this.own = o.own
    this.other = o.other
    this.#person = o.person
    this.#above = browserOf(o.own.tenant, o.person.session, { named: false })
  }

  static async gather(): Promise<Senders> {
    const { started: platform, routes } = await withRoutes(() => startTestPlatform())
    const [own, other] = [await Club.found(platform, 'ours'), await Club.found(platform, 'aside')]
    await furnish({ routes, own, other })
    const person = await signIn(own.tenant, 'above@example.org', { globalRole: 'super_admin', belongs: false })
    return new Senders({ platform, routes: guarded(routes), own, other, person })
  }

  /** As the matrix asks; where that is refused or for nobody, what is done, and by whom. */
  of(key: string): Sender {
    const row = expectations[key] ?? { who: 'owner' as const }
    return (
      this.#apart()[key] ?? {
        client: row.who === 'platform' ? this.#above : this.own.owner,
        sample: () => resolved(row, (kind) => this.own.fresh(kind)),
      }
    )
  }

  #apart(): Readonly<Record<string, Sender>> {
    const { own, other } = this
    const [above, person] = [this.#above, this.#person.client]
    const spokenOf = async () => ({ path: { id: (await this.platform.tenant('Spoken of')).id } })
    const organizations = (key: string, sample: () => Promise<Sample>): Record<string, Sender> => ({
      [key]: { client: above, sample },
    })
    const suspended = async () => {
      const { path } = await spokenOf()
      await above.post(`/api/v1/organizations/${path.id}/suspend`, { reason: 'Unpaid' })
      return { path }
    }
    const deletion = async () => {
      const { path } = await spokenOf()
      const plan = await posted(above, `/api/v1/organizations/${path.id}/deletion`)
      return { path: { ...path, operation: plan.id }, body: { hash: plan.hash } }
    }
    const switchedOff = async () => {
      await other.owner.put('/api/v1/plugins/analytics', { enabled: false })
      return { path: { id: 'analytics' } }
    }
    const purge = async () => {
      const { path } = await switchedOff()
      const plan = await posted(other.owner, '/api/v1/plugins/analytics/purge')
      return { path: { ...path, operation: plan.id }, body: { hash: plan.hash } }
    }
    const undoable = async () => {
      const [id = '', hash = ''] = (await own.fresh('import')).split('/')
      await own.post(`/api/v1/imports/${id}/apply`, { hash })
      await this.platform.settle()
      return { path: { id } }
    }
    const notification = async () => ({ path: { id: await this.#notify() } })
    return {
      ...organizations('POST /api/v1/organizations', async () => ({
        body: { slug: `org-${randomUUID().slice(0, 8)}`, name: 'Organisation' },
      })),
      ...organizations('POST /api/v1/organizations/:id/apply', async () => ({
        ...(await spokenOf()),
        body: { yaml: 'Orga: Renamed\nHierarchie:\n- Verein\n- Team\n' },
      })),
      ...organizations('GET /api/v1/organizations/:id', spokenOf),
      ...organizations('PUT /api/v1/organizations/:id', async () => ({
        ...(await spokenOf()),
        body: { edition: 'starter' },
      })),
      ...organizations('GET /api/v1/organizations/:id/aliases', spokenOf),
      ...organizations('PUT /api/v1/organizations/:id/aliases', async () => ({
        ...(await spokenOf()),
        body: { aliases: [] },
      })),
      ...organizations('POST /api/v1/organizations/:id/suspend', async () => ({
        ...(await spokenOf()),
        body: { reason: 'Unpaid' },
      })),
      ...organizations('POST /api/v1/organizations/:id/reactivate', suspended),
      ...organizations('POST /api/v1/organizations/:id/deletion', spokenOf),
      ...organizations('GET /api/v1/organizations/:id/deletion/:operation', async () => ({
        path: (await deletion()).path,
      })),
      ...organizations('POST /api/v1/organizations/:id/deletion/:operation/apply', deletion),
      'POST /api/v1/plugins/:id/purge': { client: other.owner, sample: switchedOff },
      'GET /api/v1/plugins/:id/purge/:operation': {
        client: other.owner,
        sample: async () => ({ path: (await purge()).path }),
      },
      'POST /api/v1/plugins/:id/purge/:operation/apply': { client: other.owner, sample: purge },
      'POST /api/v1/imports/:id/undo': { client: own.owner, sample: undoable },
      'POST /api/v1/notifications/:id/read': { client: person, sample: notification },
      'POST /api/v1/notifications/:id/unread': { client: person, sample: notification },
      'POST /api/v1/notifications/:id/acknowledge': { client: person, sample: notification },
    }
  }

  async #notify(): Promise<string> {
    const id = uuidv7()
    await this.own.rows(
      `INSERT INTO email.notification (tenant_id, id, user_id, alert_id, kind, severity, title, created_at, updated_at)
       VALUES ($1, $2, $3, $2, 'bots.failed', 'critical', 'Failed', now(), now())`,
      [this.own.tenant.id, id, this.#person.userId],
    )
    return id
  }
}

const posted = async (client: TestClient, url: string): Promise<{ id: string; hash: string }> =>
  (await client.post(url, {})).json()

/** A sample as a request of this route, with headers beside its own. */
export function requestWith(
  route: RegisteredRoute,
  sample: Sample,
  headers: Readonly<Record<string, string>>,
): InjectOptions {
  const request = requestOf(route, sample)
  return { ...request, headers: { ...request.headers, ...headers } }
}
