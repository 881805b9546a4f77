/**
 * What other plugins may import of members: the service, what they can contribute, the events. Types and ids only.
 *
 * A contribution gets no context of its own plugin. Where it decides rights it asks the caller it is given.
 */
import {
  type AccessService,
  type Bind,
  eventRef,
  extensionPoint,
  type FieldType,
  List,
  Metadata,
  type Op,
  type Place,
  type Reach,
  type Scalar,
  serviceRef,
  Text,
  type TreeService,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import type { ImportService } from './import/service-contract.ts'
import type { ExternalId, Member, MemberInput, MemberPatch } from './member-schema.ts'

export {
  Address,
  defaultExternalSystem,
  ExternalId,
  genders,
  Member,
  MemberInput,
  MemberPatch,
  type MemberStatus,
  MemberSummary,
  memberStatuses,
} from './member-schema.ts'

// 1. The service.

/** What an import or an invitation may say beside the profile. */
export interface NewMember extends MemberInput {
  /** Default: made here. */
  readonly id?: string
  /** Invited or registered, not yet accepted. Default false. */
  readonly pending?: boolean
  /** Suspended from the start, for this reason. */
  readonly suspendedReason?: string
  /** The account to link. */
  readonly userId?: string
}
export interface MemberChange {
  readonly id: string
  readonly patch: MemberPatch & { readonly pending?: boolean }
  /** Refuse with 412 unless the member still has one of these versions. */
  readonly versions?: readonly number[] | null
}
export interface WriteOptions {
  /** The kind written to each activity log. Default: `created` or `updated`. */
  readonly activity?: string
  /** Further ids for the log, such as `{ planId }` of the import. Never personal values. */
  readonly detail?: Readonly<Record<string, unknown>>
  /** One event a member. Default true; an import or bulk operation says false and emits one of its own. */
  readonly events?: boolean
  /** Whether people are told: the welcome mail of a new member, the mail about a suspension. Default: as the event says. */
  readonly notify?: boolean
  /** Looks for the same people among those who are there and notes the pairs; only `create`. Default true. */
  readonly findDuplicates?: boolean
  /** Custom fields the organisation requires may be missing: nobody asks them of whoever accepts an invitation. Default false. */
  readonly allowIncomplete?: boolean
}
/** What is known of a member without the HTTP views: staff's view, and what the platform keeps to itself. */
export interface MemberRecord extends Member {
  readonly pending: boolean
  readonly deletedAt: string | null
  readonly mergedInto: string | null
}
export interface Activity {
  readonly memberId: string
  /** Such as `created`, `suspended`, `courseCompleted`. */
  readonly kind: string
  /** The member did it himself; otherwise it was done to the record. Default false. */
  readonly byMember?: boolean
  readonly changes?: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[]
  readonly detail?: Readonly<Record<string, unknown>>
}
export interface DuplicateCandidate {
  /** An id of the caller's, given back. */
  readonly key: string
  readonly firstName?: string | null
  readonly lastName?: string | null
  readonly displayName?: string | null
  readonly email?: string | null
  readonly birthday?: string | null
}
export interface FoundDuplicate {
  readonly key: string
  readonly memberId: string
  /** 0..100; 80 and more: surely one person. */
  readonly score: number
  readonly reasons: readonly ('email' | 'name' | 'birthday' | 'phone')[]
}

/**
 * Acts for the actor of the context it was made for. It asks no row permission: whoever calls it has asked
 * (`requireMember`). Everything that writes takes its many at once, in few statements, and keeps the order given.
 */
export interface MembersService {
  /** @throws Problem 404 unknown, deleted or another organisation's; a merged id gives the record it was merged into. */
  get(tx: Tx, id: string): Promise<MemberRecord>
  /** Living ones by id; who is missing is not there. */
  find(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, MemberRecord>>
  /** Member ids by `<system>\n<value>`. */
  findByExternalId(tx: Tx, ids: readonly ExternalId[]): Promise<ReadonlyMap<string, string>>
  /** Member ids by the address as given. */
  findByEmail(tx: Tx, emails: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Living members these people may already be: same e-mail, or the same name and no other birthday. */
  findDuplicates(tx: Tx, candidates: readonly DuplicateCandidate[]): Promise<readonly FoundDuplicate[]>

  /**
   * `joinedOn` left out is today, null is unknown.
   * @throws Problem 400 without a name or with a custom field that does not fit, 403 for a role the actor does not hold,
   * 409 for an e-mail, account or external id in use
   */
  create(tx: Tx, input: NewMember, o?: WriteOptions): Promise<MemberRecord & { possibleDuplicates: readonly string[] }>
  /** @returns ids in the order given */
  createMany(tx: Tx, inputs: readonly NewMember[], o?: WriteOptions): Promise<readonly string[]>
  /** @throws as `create`, 404, and 412 when `versions` are stale */
  update(tx: Tx, change: MemberChange, o?: WriteOptions): Promise<MemberRecord>
  /** @returns ids of those that changed; the others stay untouched, version included */
  updateMany(tx: Tx, changes: readonly MemberChange[], o?: WriteOptions): Promise<readonly string[]>

  /** The one function that writes `status`. To be called whenever periods change. @returns who changed */
  recomputeStatus(tx: Tx, ids: readonly string[]): Promise<readonly { id: string; status: Member['status'] }[]>
  /** @throws Problem 404 when one is unknown; those already suspended get the new reason */
  suspend(tx: Tx, ids: readonly string[], reason: string, o?: WriteOptions): Promise<void>
  /** @throws Problem 409 naming those that are not suspended */
  reactivate(tx: Tx, ids: readonly string[], o?: WriteOptions): Promise<void>
  /** Soft: gone everywhere, `restore` brings them back. @throws Problem 409 for the last administrator */
  remove(tx: Tx, ids: readonly string[], o?: WriteOptions): Promise<void>
  /** @throws Problem 409 when the e-mail, account or an external id is in use by now */
  restore(tx: Tx, id: string): Promise<MemberRecord>
  /** Links the account that signs in. @throws Problem 409 when either is linked already */
  linkUser(tx: Tx, memberId: string, userId: string): Promise<void>
  /** The invited or registered member is one now: ends `pending`. */
  accept(tx: Tx, memberId: string): Promise<void>
  logActivity(tx: Tx, entries: readonly Activity[]): Promise<void>
  /** For the mail that asks to confirm a registration: a new link each time. Null when there is nothing to confirm. */
  confirmationLink(
    tx: Tx,
    registrationId: string,
  ): Promise<{ email: string; name: string; language: string | null; link: string } | null>

  /**
   * Asks a permission of the members plugin with the members at hand: by the groups they are in, or as the own record
   * (a guardian's ward counts as his own). @throws Problem 404 or 403
   */
  requireMember(tx: Tx, permission: `members.${string}`, id: string): Promise<void>
  /** Which of these the actor's permission reaches. */
  reachable(tx: Tx, permission: `members.${string}`, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Ids of all members a filter finds within the actor's reach, in order of id, at most `limit` after `after`. */
  select(
    tx: Tx,
    o: {
      filter?: unknown
      search?: string
      at?: string
      permission: `members.${string}`
      after?: string
      limit: number
    },
  ): Promise<readonly string[]>
}
export const membersService = serviceRef<MembersService>({ id: 'members.service', scope: 'tenant' })

// 2. What others contribute.

/** Whose rights a contribution asks, and the services it has no context of its own to get. */
export interface Caller {
  may(permission: string, at?: Place): boolean
  readonly access: AccessService
  readonly tree: TreeService
  /** Acts for the same actor: finds the members rows name, and recomputes the status of those whose periods changed. */
  readonly members: MembersService
}

/** SQL names of the member at hand, and of the day asked about (`?at=`, else today). */
export interface MemberSql {
  readonly member: string
  readonly tenant: string
  /** An expression of type date. */
  readonly day: string
  readonly bind: Bind
}

/** A field of the filter over members that another plugin answers: plan, group, qualification. */
export interface MemberFilter {
  readonly name: string
  readonly description: string
  readonly type: FieldType
  readonly ops: readonly Op[]
  readonly values?: readonly string[]
  /** A boolean expression, such as an EXISTS that names `tenant_id` and the member's id. */
  sql(op: Exclude<Op, 'ne'>, value: Scalar | readonly Scalar[], o: MemberSql): string
}
export const memberFilters = extensionPoint<MemberFilter>({ id: 'members.filters' })

/** In which groups members are: groups contributes it. Without one, only the whole organisation covers a member. */
export interface MemberReach {
  /** Paths of the groups each member is in today. */
  pathsOf(tx: Tx, memberIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** A boolean expression: one of the member's groups of today lies in the reach. The own record is not its matter. */
  sql(reach: Extract<Reach, { everywhere: false }>, o: Omit<MemberSql, 'day'>): string
}
export const memberReach = extensionPoint<MemberReach>({ id: 'members.reach' })

/** A key of `?include=`: adds `{ [key]: ... }` to each member of the answer. */
export interface MemberInclude {
  readonly key: string
  readonly description: string
  readonly schema: TSchema
  load(tx: Tx, memberIds: readonly string[]): Promise<ReadonlyMap<string, unknown>>
}
export const memberIncludes = extensionPoint<MemberInclude>({ id: 'members.includes' })

/**
 * How a member stands by his periods on a day: `none` he never had any, `upcoming` the first begins later, `covered` one
 * covers the day (grace included), `ended` there are some and none does.
 */
export type MembershipState = 'none' | 'upcoming' | 'covered' | 'ended'
export interface MembershipStates {
  /** The state as a text expression: of status, of `?at=`, and of the daily run over all members. */
  sql(o: MemberSql): string
}
export const membershipStates = extensionPoint<MembershipStates>({ id: 'members.membershipStates' })

/** Moves what hangs on one member to another when they turn out to be one person. Runs before the loser is deleted. */
export interface MemberMerge {
  readonly id: string
  /** What would not fit, for the preview; a sentence each. */
  problems?(tx: Tx, o: { winnerId: string; loserId: string }): Promise<readonly string[]>
  /** @returns how many rows moved, by kind */
  move(tx: Tx, o: { winnerId: string; loserId: string }): Promise<Readonly<Record<string, number>>>
}
export const memberMerges = extensionPoint<MemberMerge>({ id: 'members.merges' })

/**
 * A row of an import with its values by field name, parsed and normalised; blank cells are not there. `metadata` is one
 * object. `end` is the first day no longer covered, however the file writes it. What a row says of a member is resolved
 * already: `member.id` is a member of this organisation, or one the same import creates before this row is applied, so
 * it need not be there while planning.
 */
export interface ImportRow {
  readonly number: number
  readonly values: Readonly<Record<string, unknown>>
}
/** What whoever imports chose. */
export interface ImportChoices {
  /** Makes what a row names and nobody has yet, such as a free plan, where the caller may. Default false: an error. */
  readonly createMissing?: boolean
  /** An update fills what is empty and leaves the rest. Default false. */
  readonly onlyEmpty?: boolean
}
export type ImportVerdict =
  | { readonly outcome: 'create' }
  | { readonly outcome: 'update'; readonly id: string; readonly version: number; readonly changed: readonly string[] }
  | { readonly outcome: 'unchanged'; readonly id: string; readonly version: number }
  | {
      readonly outcome: 'conflict' | 'error'
      readonly column?: string
      readonly reason: string
      readonly accepted?: string
    }
export interface ImportedRow {
  readonly number: number
  readonly id: string
  readonly version: number
  /** What undoing needs, kept with the import: the values before. */
  readonly before?: unknown
}
/** Another table an import can fill: groups, group-members, memberships. Rows come in batches. */
export interface MemberImportTarget {
  readonly id: string
  readonly title: string
  /** Asked before the plan, and again before it is applied. */
  readonly permission: string
  /** All rows come in one batch, because they name each other: groups, whose parents may stand anywhere. Default false. */
  readonly whole?: boolean
  /** One verdict a row, in order; `column` is a field's name. Writes nothing. Asked again when the plan is applied. */
  plan(tx: Tx, rows: readonly ImportRow[], caller: Caller, choices: ImportChoices): Promise<readonly ImportVerdict[]>
  /** Only rows planned as create or update. */
  apply(
    tx: Tx,
    rows: readonly (ImportRow & { verdict: ImportVerdict })[],
    caller: Caller,
    choices: ImportChoices,
  ): Promise<readonly ImportedRow[]>
  /** Puts back what `apply` did. @returns ids that changed since, and so were left */
  undo(tx: Tx, rows: readonly ImportedRow[], caller: Caller): Promise<readonly string[]>
}
export type { ImportProgress, ImportService, NewImport } from './import/service-contract.ts'
/** Imports, driven by whoever calls: the command line. */
export const importService = serviceRef<ImportService>({ id: 'members.imports', scope: 'tenant' })
export const memberImportTargets = extensionPoint<MemberImportTarget>({ id: 'members.importTargets' })

export interface BulkVerdict {
  readonly id: string
  readonly outcome: 'change' | 'unchanged' | 'conflict'
  readonly reason?: string
}
/** An operation of `POST /members/bulk-operations` that another plugin carries out: changePlan, addToGroup. */
export interface MemberBulkOperation {
  readonly operation: string
  readonly title: string
  readonly permission: string
  /**
   * `plan` asks for the permission itself, of something else than the member: the group it puts him into. It is called
   * with no ids as well, to say what is wrong with the parameters. Default false: it is asked of each member.
   */
  readonly asksItself?: boolean
  readonly parameters: TObject
  plan(tx: Tx, ids: readonly string[], parameters: unknown, caller: Caller): Promise<readonly BulkVerdict[]>
  apply(tx: Tx, ids: readonly string[], parameters: unknown, caller: Caller): Promise<void>
}
export const memberBulkOperations = extensionPoint<MemberBulkOperation>({ id: 'members.bulkOperations' })

/** What an invitation grants beside the role: planId (plans), groupIds (groups). */
export interface InvitationStep {
  readonly key: string
  readonly schema: TSchema
  /** @throws Problem 400 or 403 when the inviter may not give it */
  validate(tx: Tx, value: unknown, caller: Caller): Promise<void>
  /** A name to show on the invitation's page. */
  describe(tx: Tx, value: unknown): Promise<string | null>
  /** @param o.invitedBy whose rights are asked again (`AccessService.couldGrant`) */
  apply(
    tx: Tx,
    value: unknown,
    o: { memberId: string; invitedBy: { kind: string; id: string }; caller: Caller },
  ): Promise<void>
}
export const invitationSteps = extensionPoint<InvitationStep>({ id: 'members.invitationSteps' })

// 3. Events. Ids and names of changed fields, never personal values.

const memberId = Uuid()
const someId = '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10'
const otherId = '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f11'
const OfMember = Type.Object({ memberId })
const Changed = Type.Object({ memberId, changed: List(Text(100), 200) })
const about = <S extends TSchema>(id: `members.${string}`, title: string, payload: S, example: Static<S>) =>
  eventRef({ id, version: 1, title, payload, example })

const Created = Type.Object({
  memberId,
  sendWelcome: Type.Boolean({ description: 'The new member is to be welcomed' }),
})
export const memberCreated = about('members.created', 'A member was added', Created, {
  memberId: someId,
  sendWelcome: false,
})
export const memberUpdated = about('members.updated', 'A member was changed', Changed, {
  memberId: someId,
  changed: ['phone'],
})
const Suspended = Type.Object({ memberId, notify: Type.Boolean({ description: 'The member is to be told' }) })
export const memberSuspended = about('members.suspended', 'A member was suspended', Suspended, {
  memberId: someId,
  notify: true,
})
export const memberReactivated = about('members.reactivated', 'A suspension ended', OfMember, { memberId: someId })
export const memberDeleted = about('members.deleted', 'A member was deleted', OfMember, { memberId: someId })
export const memberRestored = about('members.restored', 'A deleted member came back', OfMember, { memberId: someId })
const Merged = Type.Object({ memberId, mergedId: memberId, changed: List(Text(100), 200) })
export const memberMerged = about('members.merged', 'Two records became one', Merged, {
  memberId: someId,
  mergedId: otherId,
  changed: ['email'],
})
const Imported = Type.Object({
  planId: Uuid(),
  target: Text(60),
  counts: Metadata({ description: 'Rows by outcome: create, update, unchanged, conflict, error' }),
})
export const membersImported = about('members.imported', 'An import was applied', Imported, {
  planId: someId,
  target: 'members',
  counts: { create: 537, update: 0, unchanged: 0, conflict: 0, error: 0 },
})
const Registered = Type.Object({ registrationId: Uuid() })
export const memberRegistered = about('members.registered', 'Somebody asked to become a member', Registered, {
  registrationId: someId,
})
const Invited = Type.Object({ inviteId: Uuid() })
export const memberInvited = about('members.invited', 'Somebody was invited', Invited, { inviteId: otherId })
const InviteAccepted = Type.Object({ inviteId: Uuid(), memberId })
export const memberInviteAccepted = about('members.inviteAccepted', 'An invitation was accepted', InviteAccepted, {
  inviteId: otherId,
  memberId: someId,
})
const BulkApplied = Type.Object({
  operationId: Uuid(),
  operation: Text(60),
  changed: Type.Integer({ minimum: 0, description: 'Members that were changed' }),
})
export const membersBulkApplied = about('members.bulkApplied', 'A bulk operation was applied', BulkApplied, {
  operationId: someId,
  operation: 'suspend',
  changed: 12,
})

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'members.created': Static<typeof Created>
    'members.updated': Static<typeof Changed>
    'members.suspended': Static<typeof Suspended>
    'members.reactivated': Static<typeof OfMember>
    'members.deleted': Static<typeof OfMember>
    'members.restored': Static<typeof OfMember>
    'members.merged': Static<typeof Merged>
    'members.imported': Static<typeof Imported>
    'members.registered': Static<typeof Registered>
    'members.invited': Static<typeof Invited>
    'members.inviteAccepted': Static<typeof InviteAccepted>
    'members.bulkApplied': Static<typeof BulkApplied>
  }
}
