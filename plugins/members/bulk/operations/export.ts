import { Closed } from '@guildhall/sdk'
import Type from 'typebox'
import { change, type Operation, quietly } from '../operation.ts'

/** Applying frees the file and writes it into each member's log; the file itself is written while it is fetched. */
export const exportMembers: Operation = {
  operation: 'export',
  title: 'Export members to a file',
  permission: 'members.export',
  parameters: Closed({
    format: Type.Optional(Type.Enum(['csv', 'xlsx', 'ndjson'], { default: 'csv' })),
    language: Type.Optional(Type.Enum(['en', 'de'], { default: 'en', description: 'Of the headers' })),
  }),
  plan: async (_tx, subjects) => subjects.map(change),
  apply: (tx, ids, work) =>
    work.caller.members.logActivity(
      tx,
      ids.map((memberId) => ({ memberId, kind: 'exported', detail: quietly(work).detail })),
    ),
}
