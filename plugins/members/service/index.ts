/** What other plugins call: `membersService` of refs.ts, made for one context. The rules stand in the files beside it. */
import { Problem, problems } from '@guildhall/sdk'
import { reachable, requireMember } from '../access.ts'
import type { MembersContext } from '../context.ts'
import { emailKey } from '../normalise.ts'
import { actorColumns } from '../record/actor.ts'
import type { MembersService } from '../refs.ts'
import { idsByEmailKey, idsByExternalId, readMember, readMembers } from '../sql/read-members.ts'
import { insertActivities } from '../sql/write-members.ts'
import { findDuplicates } from './duplicates.ts'
import { accept, linkUser, reactivate, remove, restore, suspend } from './lifecycle.ts'
import { confirmationLink } from './registration.ts'
import { select } from './select.ts'
import { recomputeStatus } from './status.ts'
import { activityRow, addMembers, changeMembers } from './write.ts'

export function membersServiceFor(ctx: MembersContext): MembersService {
  return {
    get: async (tx, id) => {
      const record = await readMember(tx, id)
      if (!record) throw new Problem(problems.notFound)
      return record
    },
    find: readMembers,
    findByExternalId: idsByExternalId,
    findByEmail: async (tx, emails) => {
      const found = await idsByEmailKey(tx, emails.map(emailKey))
      return new Map(
        emails.flatMap((email) => {
          const id = found.get(emailKey(email))
          return id ? [[email, id] as const] : []
        }),
      )
    },
    findDuplicates,
    create: async (tx, input, o = {}) => {
      const { records, doubled } = await addMembers(ctx, tx, [input], { findDuplicates: true, ...o })
      return { ...records[0]!, possibleDuplicates: doubled }
    },
    createMany: async (tx, inputs, o = {}) => (await addMembers(ctx, tx, inputs, o)).records.map(({ id }) => id),
    update: async (tx, change, o = {}) => (await changeMembers(ctx, tx, [change], o)).records.get(change.id)!,
    updateMany: async (tx, changes, o = {}) => [...(await changeMembers(ctx, tx, changes, o)).changed.keys()],
    recomputeStatus: (tx, ids) => recomputeStatus(ctx, tx, ids),
    suspend: (tx, ids, reason, o = {}) => suspend(ctx, tx, ids, reason, o),
    reactivate: (tx, ids, o = {}) => reactivate(ctx, tx, ids, o),
    remove: (tx, ids, o = {}) => remove(ctx, tx, ids, o),
    restore: (tx, id) => restore(ctx, tx, id),
    linkUser: (tx, memberId, userId) => linkUser(ctx, tx, memberId, userId),
    accept: (tx, memberId) => accept(ctx, tx, memberId),
    logActivity: (tx, entries) =>
      insertActivities(
        tx,
        entries.map(({ memberId, kind, ...rest }) => activityRow(memberId, kind, rest)),
        actorColumns(tx.actor),
      ),
    confirmationLink: (tx, registrationId) => confirmationLink(ctx, tx, registrationId),
    requireMember: (tx, permission, id) => requireMember(ctx, tx, permission as never, id),
    reachable: (tx, permission, ids) => reachable(ctx, tx, permission as never, ids),
    select: (tx, o) => select(ctx, tx, o),
  }
}
