import { definePlugin } from '@guildhall/sdk'
import Type from 'typebox'
import { memberBulkOperations } from '#plugins/members/refs.ts'

/** An operation of another plugin: writes "stamped" into each member's log. `before` is told of each batch. */
export const stampingPlugin = (before: (batch: number, ids: readonly string[]) => Promise<void> = async () => {}) => {
  let batches = 0
  return definePlugin({
    id: 'stamps',
    version: '1.0.0',
    sdk: '*',
    title: 'Stamps',
    dependsOn: { members: '*' },
    config: { schema: Type.Object({}) },
    permissions: { 'stamps.give': { title: 'Stamp members', writes: true } },
    contributes: (c) =>
      c.to(memberBulkOperations, {
        operation: 'stamp',
        title: 'Stamp members',
        permission: 'stamps.give',
        parameters: Type.Object({}, { additionalProperties: false }),
        plan: async (_tx, ids) => ids.map((id) => ({ id, outcome: 'change' })),
        apply: async (tx, ids, _parameters, caller) => {
          await caller.members.logActivity(
            tx,
            ids.map((memberId) => ({ memberId, kind: 'stamped' })),
          )
          await before(++batches, ids)
        },
      }),
  })
}
