/**
 * What other plugins contribute to members. A contribution gets no context of its own plugin: where it decides rights it
 * asks the caller it is given.
 */
import {
  type AccessService,
  type Bind,
  extensionPoint,
  type FieldType,
  type Op,
  type Place,
  type Reach,
  type Scalar,
  type TreeService,
  type Tx,
} from '@guildhall/sdk'
import type { TObject, TSchema } from 'typebox'
import type { MembersService } from './service-contract.ts'

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

/** What a contribution tells of members is its plugin's, and takes its permission. */
export interface Guarded {
  /** Without it the parameter is refused; held at groups, it tells of the members it reaches there. */
  readonly needs: string
  /** A member may have it of himself without holding the permission. Default: false. */
  readonly own?: boolean
}

/** A field of the filter over members that another plugin answers: plan, group, qualification. */
export interface MemberFilter extends Omit<Guarded, 'own'> {
  readonly name: string
  readonly description: string
  readonly type: FieldType
  readonly ops: readonly Op[]
  readonly values?: readonly string[]
  /** A boolean expression, such as an EXISTS that names `tenant_id` and the member's id. `reach` is where `needs` is held. */
  sql(op: Exclude<Op, 'ne'>, value: Scalar | readonly Scalar[], o: MemberSql & { readonly reach: Reach }): string
}
export const memberFilters = extensionPoint<MemberFilter>({ id: 'members.filters' })

/** In which groups members are: groups contributes it. Without one, only the whole organisation covers a member. */
export interface MemberReach {
  /** Paths of the groups each member is in today. */
  pathsOf(tx: Tx, memberIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** A boolean expression: one of the member's groups of today lies in the reach. The own record is not its matter. */
  sql(reach: Extract<Reach, { everywhere: false }>, o: Omit<MemberSql, 'day'> & { readonly now: Date }): string
}
export const memberReach = extensionPoint<MemberReach>({ id: 'members.reach' })

/** A key of `?include=`: adds `{ [key]: ... }` to each member of the answer. */
export interface MemberInclude extends Guarded {
  readonly key: string
  readonly description: string
  readonly schema: TSchema
  /** @param reach where `needs` is held; everywhere for a member who asks of himself */
  load(tx: Tx, memberIds: readonly string[], reach: Reach): Promise<ReadonlyMap<string, unknown>>
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
 * it need not be there while planning. `since` is the first day of a seat whose row says no `start`: the member's own; a
 * seat that stands already keeps its first day.
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
      /** The row is refused only because nobody has what it names, and whoever imports may or will not make it. */
      readonly missing?: { readonly what: 'group' | 'function' | 'plan'; readonly name: string }
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
