import {
  type Actions,
  Closed,
  DateOnly,
  Filter,
  List,
  type NothingDone,
  nothingDone,
  requireEverywhere,
  Text,
  type Tx,
  Uuid,
} from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { requireMember } from './access.ts'
import type { MembersContext } from './context.ts'
import { memberPage, toldFields } from './list.ts'
import { memberListing } from './listing.ts'
import { Member, MemberInput, MemberPatch } from './member-schema.ts'
import type { MembersPermission } from './permissions.ts'
import { keywordKey } from './record/stored.ts'
import { type MemberRecord, memberFilters } from './refs.ts'
import { living } from './routes/member.ts'
import { findDuplicates } from './service/duplicates.ts'
import { membersServiceFor } from './service/index.ts'
import { lockMembers } from './sql/read-members.ts'
import { staffView } from './views.ts'

const ListInput = Closed({
  filter: Type.Optional(Filter.object),
  search: Type.Optional(Text(200)),
  at: Type.Optional(DateOnly({ description: 'The register as of this day' })),
  sort: Type.Optional(Text(300)),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 4000 })),
})
const ListOutput = Type.Object({
  items: Type.Array(Member, { maxItems: 200 }),
  nextCursor: Type.Union([Type.String({ maxLength: 4000 }), Type.Null()]),
})
const OneInput = Closed({ memberId: Uuid() })
const UpdateInput = Closed({ memberId: Uuid(), patch: MemberPatch })
const SuspendInput = Closed({ memberId: Uuid(), reason: Text(1000), notify: Type.Optional(Type.Boolean()) })
const TagInput = Closed({ memberId: Uuid(), tag: Text(60) })
const LogInput = Closed({
  memberId: Uuid(),
  kind: Text(60, { examples: ['doorOpened'] }),
  byMember: Type.Optional(Type.Boolean({ description: 'The member did it himself. Default true' })),
  detail: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, maxProperties: 20 }),
  ),
})
const Nothing = Type.Object({})
const DuplicatesInput = Closed({
  firstName: Type.Optional(Text(200)),
  lastName: Type.Optional(Text(200)),
  email: Type.Optional(Text(254)),
  birthday: Type.Optional(DateOnly()),
})
const DuplicatesOutput = Type.Object({
  items: List(Type.Object({ memberId: Uuid(), score: Type.Integer(), reasons: List(Text(20), 5) }), 50),
})

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'members.list': { input: Static<typeof ListInput>; output: Static<typeof ListOutput> }
    'members.get': { input: Static<typeof OneInput>; output: Member }
    'members.findDuplicates': { input: Static<typeof DuplicatesInput>; output: Static<typeof DuplicatesOutput> }
    'members.create': { input: MemberInput; output: Member }
    'members.update': { input: Static<typeof UpdateInput>; output: Member }
    'members.suspend': { input: Static<typeof SuspendInput>; output: Member }
    'members.reactivate': { input: Static<typeof OneInput>; output: Member }
    'members.delete': { input: Static<typeof OneInput>; output: Static<typeof Nothing> }
    'members.addTag': { input: Static<typeof TagInput>; output: Member }
    'members.removeTag': { input: Static<typeof TagInput>; output: Member }
    'members.logActivity': { input: Static<typeof LogInput>; output: Static<typeof Nothing> }
  }
}

const has = (tags: readonly string[], tag: string): boolean => tags.some((one) => keywordKey(one) === keywordKey(tag))

/** The member, when the permission reaches it. */
async function reached(ctx: MembersContext, tx: Tx, permission: MembersPermission, memberId: string) {
  const record = await living(tx, memberId)
  await requireMember(ctx, tx, permission, record.id)
  return record
}

async function changeOf(
  ctx: MembersContext,
  tx: Tx,
  { id, version }: MemberRecord,
  patch: MemberPatch,
): Promise<Member | NothingDone<Member>> {
  const record = await membersServiceFor(ctx).update(tx, { id, patch })
  return record.version === version ? nothingDone(staffView(record)) : staffView(record)
}

/** What bots may do with members, within the rights of whoever installed them. */
export function memberActions(a: Actions<MembersContext, MembersPermission>): void {
  a.action({
    id: 'members.list',
    title: 'List members',
    requires: 'members.read',
    effect: 'read',
    input: ListInput,
    output: ListOutput,
    lists: { fields: toldFields, sorts: memberListing.sorts, contributed: memberFilters },
    perRun: 1000,
    run: async (ctx, tx, { filter, ...rest }) => {
      const { items, page } = await memberPage(ctx, tx, { ...rest, ...(filter && { filter: JSON.stringify(filter) }) })
      return { items: items.map(staffView), nextCursor: page.nextCursor }
    },
  })
  a.action({
    id: 'members.get',
    title: 'Read a member',
    requires: 'members.read',
    effect: 'read',
    input: OneInput,
    output: Member,
    perRun: 1000,
    run: async (ctx, tx, { memberId }) => staffView(await reached(ctx, tx, 'members.read', memberId)),
  })
  a.action({
    id: 'members.findDuplicates',
    title: 'Find members who may be this person',
    requires: 'members.read',
    effect: 'read',
    input: DuplicatesInput,
    output: DuplicatesOutput,
    perRun: 1000,
    run: async (ctx, tx, input) => {
      requireEverywhere(ctx, 'members.read')
      const found = await findDuplicates(tx, [{ ...input, key: 'asked' }])
      return { items: found.map(({ memberId, score, reasons }) => ({ memberId, score, reasons: [...reasons] })) }
    },
  })
  a.action({
    id: 'members.create',
    title: 'Add a member',
    requires: 'members.create',
    effect: 'write',
    input: MemberInput,
    output: Member,
    perRun: 200,
    run: async (ctx, tx, input) => {
      requireEverywhere(ctx, 'members.create')
      const { possibleDuplicates: _, ...record } = await membersServiceFor(ctx).create(tx, input)
      return staffView(record)
    },
  })
  a.action({
    id: 'members.update',
    title: 'Change a member',
    requires: 'members.update',
    effect: 'write',
    input: UpdateInput,
    output: Member,
    perRun: 1000,
    run: async (ctx, tx, { memberId, patch }) => {
      return changeOf(ctx, tx, await reached(ctx, tx, 'members.update', memberId), patch)
    },
  })
  a.action({
    id: 'members.suspend',
    title: 'Suspend a member',
    requires: 'members.suspend',
    effect: 'destructive',
    input: SuspendInput,
    output: Member,
    perRun: 200,
    run: async (ctx, tx, { memberId, reason, notify }) => {
      const { id } = await reached(ctx, tx, 'members.suspend', memberId)
      await membersServiceFor(ctx).suspend(tx, [id], reason, { notify: notify ?? true })
      return staffView(await living(tx, id))
    },
  })
  a.action({
    id: 'members.reactivate',
    title: 'End a suspension',
    requires: 'members.suspend',
    effect: 'write',
    input: OneInput,
    output: Member,
    perRun: 200,
    run: async (ctx, tx, { memberId }) => {
      const { id } = await reached(ctx, tx, 'members.suspend', memberId)
      await membersServiceFor(ctx).reactivate(tx, [id])
      return staffView(await living(tx, id))
    },
  })
  a.action({
    id: 'members.delete',
    title: 'Delete a member',
    requires: 'members.delete',
    effect: 'destructive',
    input: OneInput,
    output: Nothing,
    perRun: 50,
    run: async (ctx, tx, { memberId }) => {
      const { id } = await reached(ctx, tx, 'members.delete', memberId)
      await membersServiceFor(ctx).remove(tx, [id])
      return {}
    },
  })
  for (const [id, title, retag] of [
    [
      'members.addTag',
      'Give a member a tag',
      (tags: string[], tag: string) => (has(tags, tag) ? tags : [...tags, tag]),
    ],
    [
      'members.removeTag',
      'Take a tag from a member',
      (tags: string[], tag: string) => tags.filter((one) => keywordKey(one) !== keywordKey(tag)),
    ],
  ] as const) {
    a.action({
      id,
      title,
      requires: 'members.update',
      effect: 'write',
      input: TagInput,
      output: Member,
      perRun: 1000,
      run: async (ctx, tx, { memberId, tag }) => {
        const { id } = await reached(ctx, tx, 'members.update', memberId)
        // Read under the lock: two bots that hear of one event give their tags at once.
        const record = (await lockMembers(tx, [id])).get(id) ?? (await living(tx, id))
        return changeOf(ctx, tx, record, { tags: retag(record.tags, tag) })
      },
    })
  }
  a.action({
    id: 'members.logActivity',
    title: "Write into a member's activity log",
    requires: 'members.update',
    effect: 'write',
    input: LogInput,
    output: Nothing,
    perRun: 1000,
    run: async (ctx, tx, { memberId, kind, byMember, detail }) => {
      const { id } = await reached(ctx, tx, 'members.update', memberId)
      await membersServiceFor(ctx).logActivity(tx, [
        { memberId: id, kind, byMember: byMember ?? true, ...(detail && { detail }) },
      ])
      return {}
    },
  })
}
