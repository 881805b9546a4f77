import type { Tx } from '@guildhall/sdk'
import type { TObject } from 'typebox'
import type { MembersContext } from '../context.ts'
import type { BulkVerdict, Caller } from '../refs.ts'

/** A member as the operations see it while planning. */
export interface Subject {
  readonly id: string
  readonly version: number
  readonly role: string
  readonly tags: readonly string[]
  readonly suspended: boolean
  readonly userId: string | null
}

/** Who does it, and as part of what. Rights of `ctx` are those of whoever planned or applied. */
export interface Work {
  readonly ctx: MembersContext
  readonly caller: Caller
  readonly bulkId: string
  readonly reason: string | null
  /** Checked against the operation's schema. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Something that can be done to many members. */
export interface Operation {
  readonly operation: string
  readonly title: string
  /** Asked for each member, by the groups he is in. The own record alone is not enough. */
  readonly permission: string
  /** `plan` asks for it, of something else than the member. Default false. */
  readonly asksItself?: boolean
  readonly parameters: TObject
  /** `reason` has to be given. Default false. */
  readonly needsReason?: boolean
  /** It takes rights from accounts, so an administrator may have to stay. Default false. */
  readonly endsRights?: boolean
  /**
   * One verdict a member, in order. Writes nothing.
   * @throws Problem for what forbids all of it, also when asked about nobody
   */
  plan(tx: Tx, subjects: readonly Subject[], work: Work): Promise<readonly BulkVerdict[]>
  /** Only members whose verdict is `change`. One activity a member; events about members are the whole operation's. */
  apply(tx: Tx, ids: readonly string[], work: Work): Promise<void>
}

export const change = ({ id }: { id: string }): BulkVerdict => ({ id, outcome: 'change' })
export const unchanged = ({ id }: { id: string }, reason: string): BulkVerdict => ({ id, outcome: 'unchanged', reason })
export const conflict = ({ id }: { id: string }, reason: string): BulkVerdict => ({ id, outcome: 'conflict', reason })
/** What the service needs to write the log and no event of its own. */
export const quietly = ({ bulkId }: Work) => ({ events: false, detail: { bulkOperationId: bulkId } })
