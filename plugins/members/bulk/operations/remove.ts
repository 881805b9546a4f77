import { Closed } from '@guildhall/sdk'
import { change, type Operation, quietly } from '../operation.ts'

export const remove: Operation = {
  operation: 'delete',
  title: 'Delete members; each can be restored',
  permission: 'members.delete',
  parameters: Closed({}),
  endsRights: true,
  plan: async (_tx, subjects) => subjects.map(change),
  apply: (tx, ids, work) => work.caller.members.remove(tx, ids, quietly(work)),
}
