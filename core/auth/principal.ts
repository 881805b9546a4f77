/** An organisation the user belongs to. */
export interface Affiliation {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly status: 'active' | 'suspended'
}
export type GlobalRole = 'super_admin' | 'platform_auditor'

export interface UserPrincipal {
  readonly kind: 'user'
  /** Of core.app_user: a person is (issuer, subject), never an e-mail address. */
  readonly id: string
  /** Absent with a bearer token. Names the session in the trail; it is no credential. */
  readonly sessionId?: string
  readonly email?: string
  readonly name?: string
  readonly globalRole?: GlobalRole
  readonly organizations: readonly Affiliation[]
}

/** Bound to one organisation. */
export interface TokenPrincipal {
  readonly kind: 'token'
  readonly id: string
  readonly tenantId: string
  readonly role: string
  /** Permission ids or `<plugin>.*`; null: all of the role. */
  readonly scopes: readonly string[] | null
  /** The person who made it, of core.app_user. */
  readonly madeBy?: string
}

/** Bound to one organisation. */
export interface ServiceAccountPrincipal {
  readonly kind: 'serviceAccount'
  readonly id: string
  readonly tenantId: string
  readonly role: string
  readonly scopes: readonly string[] | null
  /** The person who made it, of core.app_user. */
  readonly madeBy?: string
}

/** Who a credential belongs to. What he may do is not told here: rights live in our tables (SECURITY §1). */
export type Principal = UserPrincipal | TokenPrincipal | ServiceAccountPrincipal
