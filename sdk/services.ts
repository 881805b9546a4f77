/** Services that core gives to every plugin; they need no `dependsOn`. */
import type { Place, Tx } from './context.ts'
import type { Area, Grant, Reach } from './permissions.ts'
import { type ExtensionPoint, extensionPoint, type ServiceRef, serviceRef } from './refs.ts'

export interface Organization {
  readonly id: string
  readonly slug: string
  readonly name: string
  /** IANA name; days begin and end here. */
  readonly timeZone: string
  /** BCP 47, such as `de-DE`. */
  readonly locale: string
  readonly languages: readonly string[]
  /** ISO 4217. */
  readonly currency: string
  /** ISO 3166-1 alpha-2; phone numbers without a prefix belong to it. */
  readonly country: string
  readonly inviteExpiryDays: number
  readonly membershipReminderDays: number
  readonly version: number
}
export interface OrganizationService {
  current(tx: Tx): Promise<Organization>
  /** Today's calendar date in the organisation's time zone, `YYYY-MM-DD`. */
  today(tx: Tx): Promise<string>
}
/** Of an organisation that says none. */
export const defaultTimeZone = 'Europe/Berlin'
/** The organisation's time zone as an SQL expression of type text. It runs once a statement. */
export const organizationZone = `(SELECT coalesce(settings->>'timeZone', '${defaultTimeZone}') FROM core.tenant WHERE id = (SELECT app.tenant()))`
/**
 * Today in it, as one of type date, for what is contributed without a context of its own. `at` is an expression of type
 * timestamptz: the caller's clock, which is not the database's where it was moved.
 */
export const organizationDay = (at: string): string => `(${at} AT TIME ZONE ${organizationZone})::date`
/** The instant at which a day begins there. `day` is an expression of type date. */
export const organizationMidnight = (day: string): string => `((${day})::timestamp AT TIME ZONE ${organizationZone})`
export const organizationService = serviceRef<OrganizationService>({ id: 'core.organization', scope: 'tenant' })

/** A node of the organisation's one tree. */
export interface GroupNode {
  readonly id: string
  readonly parentId: string | null
  /** Key of the level; null: a plain group. */
  readonly type: string | null
  readonly name: string
  readonly path: string
  readonly depth: number
}
export interface RoleType {
  readonly key: string
  readonly title: string
  /** Permissions the holder gets; empty: a mere function such as chair. */
  readonly permissions: readonly string[]
  readonly extent: 'group' | 'layer' | 'below'
  /** How many may hold it in one group at a time. */
  readonly maxHolders?: number
}
export interface Level {
  readonly key: string
  readonly title: string
  readonly layer: boolean
  /** Keys of levels allowed below; plain groups are allowed everywhere. */
  readonly children: readonly string[]
  readonly roles: readonly RoleType[]
}
/** The tree itself: core owns it because permissions are prefixes of its paths. */
export interface TreeService {
  root(tx: Tx): Promise<GroupNode>
  /** @throws Problem 404 when it is not in this organisation. */
  node(tx: Tx, id: string): Promise<GroupNode>
  /** @throws Problem 400 when the level is unknown or not allowed below the parent. */
  create(tx: Tx, o: { id: string; parentId: string | null; type: string | null; name: string }): Promise<GroupNode>
  rename(tx: Tx, id: string, o: { name?: string; type?: string | null }): Promise<GroupNode>
  /** Moves the node with all below it. @throws Problem 409 on a cycle or a level that does not fit. */
  move(tx: Tx, id: string, parentId: string): Promise<GroupNode>
  /** @throws Problem 409 when it has children. */
  remove(tx: Tx, id: string): Promise<void>
  levels(tx: Tx): Promise<readonly Level[]>
  /**
   * Puts these levels in the place of those that stand; the first becomes the root's. Whether anything changed.
   * @throws Problem 409 `in-use` naming the groups that would be left without their level or their place.
   */
  replaceLevels(tx: Tx, levels: readonly Level[]): Promise<boolean>
}
export const treeService = serviceRef<TreeService>({ id: 'core.tree', scope: 'tenant' })

export interface GenderGroup {
  readonly code: string
  readonly label: string
}
export interface Stage {
  readonly label: string
  /** Years, both included; null: no limit. */
  readonly minAge: number | null
  readonly maxAge: number | null
}
/** What an organisation's file says beside its name and settings. */
export interface OrganizationFileParts {
  /** Core has put them in force already: a plugin looks whether what it keeps still fits. */
  readonly levels: readonly Level[]
  readonly genderGroups: readonly GenderGroup[]
  readonly stages: readonly Stage[]
}
/** A part of the organisation's file that a plugin keeps. Applying again updates; it says whether anything changed. */
export type OrganizationFileSection = {
  [K in keyof OrganizationFileParts]: {
    readonly key: K
    /** @throws Problem 409 `in-use` naming who uses an entry that the file no longer has. */
    apply(tx: Tx, value: OrganizationFileParts[K]): Promise<boolean>
  }
}[keyof OrganizationFileParts]
export const organizationFileSections = extensionPoint<OrganizationFileSection>({ id: 'core.organizationFile' })

export interface RoleDescription {
  readonly key: string
  readonly title: string
  /** By language; one that the organisation made has the same in both. */
  readonly titles: Readonly<Record<'de' | 'en', string>>
  readonly builtIn: boolean
  readonly permissions: readonly string[]
}
/** What somebody holds in this organisation at this moment. */
export interface Standing {
  may(permission: string, at?: Place): boolean
  reach(permission: string): Reach
  /** Permissions of these entries that are not held in all of the area, as `requireHeld` asks; what has no effect there is left out. */
  missing(entries: Iterable<string>, area: Area): string[]
}
export interface AccessService {
  roles(tx: Tx): Promise<readonly RoleDescription[]>
  /**
   * Nobody grants what he does not hold there.
   * @throws Problem 400 for an unknown role, 403 when the actor may not grant it.
   */
  requireGrantable(tx: Tx, o: { role: string; path?: string }): Promise<void>
  /** The same for a set of permissions (a seat's role type). */
  requireHeld(
    tx: Tx,
    o: { permissions: readonly string[]; path: string; extent: 'group' | 'layer' | 'below' },
  ): Promise<void>
  /** @throws Problem 409 when nobody would be left who administers the organisation without this user's role. */
  requireAnotherAdmin(tx: Tx, o: { userId: string }): Promise<void>
  /** @throws Problem 403 unless the actor has rights over every group in which the user holds a role with permissions. */
  requireMayChangeLoginEmail(tx: Tx, o: { userId: string }): Promise<void>
  /** Whether a user, now, could still grant the role (asked again when an invitation is accepted). */
  couldGrant(tx: Tx, o: { granter: { kind: string; id: string }; role: string; path?: string }): Promise<boolean>
  /**
   * The rights of somebody who is not asking himself: an inviter, or whoever work in the background goes back to. Who is
   * gone, disabled or revoked holds none; `system` holds all.
   */
  standingOf(tx: Tx, who: { kind: string; id: string }): Promise<Standing>
  /**
   * Asked before several users lose their rights at once: one of them who has to keep his, because nobody else
   * administers the organisation. Null when somebody else does, or none of them.
   */
  administratorToKeep(tx: Tx, o: { userIds: readonly string[] }): Promise<string | null>
}
export const accessService = serviceRef<AccessService>({ id: 'core.access', scope: 'tenant' })

export interface UserIdentity {
  readonly id: string
  readonly email: string | null
  readonly name: string | null
}
/** People who can sign in. Users are global; only their affiliation with this organisation can be seen here. */
export interface UsersService {
  affiliated(tx: Tx, userId: string): Promise<UserIdentity | null>
  /** Lets the user name this organisation when he signs in. */
  affiliate(tx: Tx, userId: string): Promise<void>
  unaffiliate(tx: Tx, userId: string): Promise<void>
  /**
   * An account of this organisation alone, for somebody who is not signed in; accounts with the address elsewhere are
   * neither touched nor told of. `mailed`: the link goes to the mailbox and is shown to nobody else, so using it proves
   * the address, and from then on other organisations may let the account in.
   * @throws Problem 401 with an external identity provider, 409 when somebody here signs in with the address
   */
  accountHere(
    tx: Tx,
    o: { email: string; name: string; mailed: boolean },
  ): Promise<{ userId: string; setPasswordLink: string }>
  /** Whether this user, who is signed in, has proven that the address is his, or belongs here with it. */
  ownsAddress(tx: Tx, o: { userId: string; email: string }): Promise<boolean>
}
export const usersService = serviceRef<UsersService>({ id: 'core.users', scope: 'tenant' })

export interface LinksService {
  /** Absolute address for links in mails and answers: FRONTEND_URL, else the platform's own. */
  frontend(path: string): string
}
export const linksService = serviceRef<LinksService>({ id: 'core.links', scope: 'root' })

export interface FilesService {
  /** A private folder of this organisation for uploads and results; on one node only unless the data folder is shared. */
  folder(tenantId: string, purpose: string): Promise<string>
}
export const filesService = serviceRef<FilesService>({ id: 'core.files', scope: 'root' })

/** Where a user's rights in an organisation come from beside direct grants: members' roles, seats. Read at check time, never copied. */
export interface GrantSource {
  readonly id: string
  ofUser(tx: Tx, userId: string): Promise<{ grants: readonly Grant[]; self: string | null }>
}
export const grantSources = extensionPoint<GrantSource>({ id: 'core.grants' })

/** What holds a role beside grants, tokens and service accounts: an organisation's own role is deleted only when nothing does. */
export interface RoleUse {
  readonly id: string
  /** Plural noun for the answer: `members`. */
  readonly what: string
  count(tx: Tx, role: string): Promise<number>
}
export const roleUses = extensionPoint<RoleUse>({ id: 'core.role-uses' })

/** Where a member's record stands in the tree; lets `permissions/explain` ask about one. What several tell is joined. */
export interface MemberPlaces {
  /** Paths of the groups, none for a member who is in none; null when this plugin knows no such member. */
  pathsOf(tx: Tx, memberId: string): Promise<readonly string[] | null>
}
export const memberPlaces = extensionPoint<MemberPlaces>({ id: 'core.member-places' })

/** One group of figures of the statistics route; `key` is its name in the answer. Switched-off plugins' figures are absent, not zero. */
export interface Figure {
  readonly key: string
  readonly title: string
  /** Of which report it is a part: `members` (default), `plans`, `groups`, `activity`, ... */
  readonly topic?: string
  compute(
    tx: Tx,
    o: {
      from: string
      to: string
      at: string
      today: string
      /** What the plugins that are on here contribute to a point of the figure's own plugin. */
      contributions: <T>(point: ExtensionPoint<T>) => readonly T[]
    },
  ): Promise<unknown>
}
export const analyticsFigures = extensionPoint<Figure>({ id: 'analytics.figures' })

/** What a part of a plugin needs to work, for `/health/ready`. It is told, and never takes a node out of service. */
export interface HealthContribution {
  /** A word: `smtp`. */
  readonly name: string
  /**
   * Within two seconds; what it throws counts as down. `off`: not configured here. `note` is public: no addresses, no
   * names. `root` gives services that exist once per process.
   */
  check(
    root: <T>(ref: ServiceRef<T>) => T,
  ): Promise<{ readonly state: 'ok' | 'degraded' | 'down' | 'off'; readonly note?: string }>
}
/** Asked of every installed plugin, wherever it is on. */
export const healthContributions = extensionPoint<HealthContribution>({ id: 'core.health' })

/** A figure of the operator's report: what piles up in an organisation, or comes near a limit. */
export interface MaintenanceFigure {
  /** `<plugin>.<name>`. */
  readonly id: string
  readonly title: string
  /** Of one organisation; `limit` where there is one. Counts, no personal values. */
  compute(tx: Tx): Promise<{ readonly value: number; readonly limit?: number | null }>
}
export const maintenanceFigures = extensionPoint<MaintenanceFigure>({ id: 'core.maintenance' })
