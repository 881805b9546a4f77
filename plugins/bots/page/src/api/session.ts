import { Api } from './client.ts'

export interface Organization {
  readonly id: string
  readonly slug: string
  readonly name: string
}
/** `GET /auth/status`. */
interface Status {
  readonly authenticated: boolean
  readonly organizations?: readonly Organization[]
  readonly currentOrganization?: string | null
  readonly permissions?: readonly string[]
}
export interface Session {
  readonly api: Api
  readonly organizations: readonly Organization[]
  /** Id of the organisation all calls speak about; null: one has to be chosen. */
  readonly organization: string | null
  readonly permissions: ReadonlySet<string>
}

const named = () => new URL(location.href).searchParams.get('org')

/** Who is signed in, and where. Null: the browser is on its way to the sign-in page and comes back here. */
export async function openSession(language: string): Promise<Session | null> {
  const status = await new Api({ language, organization: named() }).get<Status>('/auth/status')
  if (!status.authenticated) {
    const { authorizationUrl } = await new Api({ language }).post<{ authorizationUrl: string }>('/auth/login', {
      returnTo: location.pathname + location.search + location.hash,
    })
    location.assign(authorizationUrl)
    return null
  }
  const organization = status.currentOrganization ?? null
  return {
    api: new Api({ language, organization }),
    organizations: status.organizations ?? [],
    organization,
    permissions: new Set(status.permissions ?? []),
  }
}

/** The same page about another organisation. */
export function goToOrganization(slug: string): void {
  const there = new URL(location.href)
  there.searchParams.set('org', slug)
  location.assign(there)
}

export async function signOut(api: Api): Promise<void> {
  const { endSessionUrl } = await api.post<{ endSessionUrl?: string }>('/auth/logout', {})
  location.assign(endSessionUrl ?? '/bots')
}

/** A path of the platform, in the organisation one is in. */
export const inPage = (path: string): string => (path.includes('?') ? path : `${path}${location.search}`)

/** Addresses inside the page keep the organisation. */
export const botAddress = (id?: string): string => inPage(`/bots${id ? `/${encodeURIComponent(id)}` : ''}`)
