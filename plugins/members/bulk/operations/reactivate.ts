import { Closed } from '@guildhall/sdk'
import { change, type Operation, quietly, unchanged } from '../operation.ts'

export const reactivate: Operation = {
  operation: 'reactivate',
  title: 'End suspensions',
  permission: 'members.suspend',
  parameters: Closed({}),
  plan: async (_tx, subjects) =>
    subjects.map((one) => (one.suspended ? change(one) : unchanged(one, 'Not suspended.'))),
  apply: (tx, ids, work) => work.caller.members.reactivate(tx, ids, quietly(work)),
}
