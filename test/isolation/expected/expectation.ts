/**
 * Who gets which answer at a route, written by hand from SECURITY §§1-3 and DOMAIN §1, never read from the code: the
 * matrix holds the platform against these rows, and a route without a row fails it.
 */

/** Things an organisation has that a request can name. Each stands for an id, `role` and `plugin` for a key. */
export type Kind =
  | 'apiToken'
  | 'serviceAccount'
  | 'role'
  | 'grant'
  | 'user'
  | 'member'
  | 'otherMember'
  | 'suspendedMember'
  | 'deletedMember'
  | 'customField'
  | 'household'
  | 'guardian'
  | 'duplicatePair'
  | 'merge'
  | 'registration'
  | 'invitation'
  | 'import'
  | 'bulkOperation'
  | 'plan'
  | 'membership'
  | 'period'
  | 'group'
  | 'otherGroup'
  | 'seat'
  | 'bot'
  | 'installation'
  | 'upgradable'
  | 'upgraded'
  | 'listening'
  | 'pressable'
  | 'botRun'
  | 'failedBotRun'
  | 'rehearsal'
  | 'mail'
  | 'suppression'
  | 'mailTemplate'
  | 'notification'

/** Ids by kind. A request asks for those it needs; the matrix notes which, and replaces them one after another. */
export type Ids = Readonly<Record<Kind, string>>

export interface Sample {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** Content of the one file of a multipart request. */
  readonly file?: {
    readonly name: string
    readonly content: string
    readonly fields?: Readonly<Record<string, string>>
  }
}

export type Who =
  /** Staff: `makerspace_admin` and `admin`, who only reads. */
  | 'staff'
  /** `makerspace_admin` alone. */
  | 'owner'
  /** Whoever made it; for the rest of the staff there is no such thing. */
  | 'itsMaker'
  /** Staff; others for their own record. */
  | 'ownOrStaff'
  /** `makerspace_admin`; others for their own record. */
  | 'ownOrOwner'
  /** Whoever has a role here, for what concerns his own record. */
  | 'anyRole'
  /** Whoever is signed in. */
  | 'signedIn'
  /** Only roles above organisations. */
  | 'platform'
  /** No credential is asked for; the key in the address is the credential. */
  | 'keyed'

export interface Expectation {
  readonly who: Who
  /** The permission, which is the scope of a token too. */
  readonly needs?: string
  /** A request that the organisation's administrator may send. Default: nothing to fill in. */
  readonly sample?: (of: Ids) => Sample
  /** What he gets. Default: 201 for POST of a new thing must be said; else 200. */
  readonly answer?: number
  /** What he gets with another organisation's id in the body; default: 400 with a pointer to it. */
  readonly foreignInBody?: readonly number[]
  /** What he gets with another organisation's id in the query; default: an empty page, or as in the body. */
  readonly foreignInQuery?: readonly number[]
  /** Why this route's own call is left out, where there can be none. */
  readonly noOwnCall?: string
}

/** By `METHOD url`. */
export type Expectations = Readonly<Record<string, Expectation>>

export type PrincipalName = 'anonymous' | 'owner' | 'staff' | 'maker' | 'provider' | 'narrow'

/**
 * Callers with tokens, which are nobody's record: what makers may with their own is asked with people, in own-record.test.ts.
 * `ok` stands for the answer of the row. 401: nobody is signed in; 403: he may not; 404: for him there is no such thing.
 */
export const answers: Readonly<Record<Who, Readonly<Record<PrincipalName, 'ok' | 401 | 403 | 404>>>> = {
  staff: { anonymous: 401, owner: 'ok', staff: 'ok', maker: 403, provider: 403, narrow: 403 },
  owner: { anonymous: 401, owner: 'ok', staff: 403, maker: 403, provider: 403, narrow: 403 },
  itsMaker: { anonymous: 401, owner: 'ok', staff: 404, maker: 403, provider: 403, narrow: 403 },
  ownOrStaff: { anonymous: 401, owner: 'ok', staff: 'ok', maker: 403, provider: 403, narrow: 403 },
  ownOrOwner: { anonymous: 401, owner: 'ok', staff: 403, maker: 403, provider: 403, narrow: 403 },
  anyRole: { anonymous: 401, owner: 'ok', staff: 'ok', maker: 403, provider: 403, narrow: 403 },
  signedIn: { anonymous: 401, owner: 'ok', staff: 'ok', maker: 'ok', provider: 'ok', narrow: 'ok' },
  platform: { anonymous: 401, owner: 403, staff: 403, maker: 403, provider: 403, narrow: 403 },
  keyed: { anonymous: 'ok', owner: 'ok', staff: 'ok', maker: 'ok', provider: 'ok', narrow: 'ok' },
}

/** The one scope of the narrow token, which its role holds. */
export const narrowScope = 'core.catalogue.read'
