import { Closed } from '@guildhall/sdk'
import { change, type Operation, quietly, unchanged } from '../operation.ts'

export const suspend: Operation = {
  operation: 'suspend',
  title: 'Suspend members',
  permission: 'members.suspend',
  parameters: Closed({}),
  needsReason: true,
  endsRights: true,
  plan: async (_tx, subjects) =>
    subjects.map((one) => (one.suspended ? unchanged(one, 'Already suspended.') : change(one))),
  apply: (tx, ids, work) => work.caller.members.suspend(tx, ids, work.reason ?? '', quietly(work)),
}
