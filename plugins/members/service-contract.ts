/** The service other plugins ask of members. */
import { serviceRef, type Tx } from '@guildhall/sdk'
import type { ExternalId, Member, MemberInput, MemberPatch } from './member-schema.ts'

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
  /**
   * With the role he had; where the organisation has it no more, with that of new members, and `lostRole` names it.
   * @throws Problem 403 for a role the actor does not hold, 409 when the e-mail, account or an external id is in use by now
   */
  restore(tx: Tx, id: string): Promise<MemberRecord & { lostRole: string | null }>
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
