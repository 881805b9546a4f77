import { Closed, handOf, invalid, isProblem, problems, Text, type Tx } from '@guildhall/sdk'
import { change, conflict, type Operation, quietly, type Subject, unchanged, type Work } from '../operation.ts'

/** Whoever writes a role must hold it; to take one from an account he must hold that as well (SECURITY §3). */
export const changeRole: Operation = {
  operation: 'changeRole',
  title: 'Give members another role',
  permission: 'members.update',
  parameters: Closed({ role: Text(64, { examples: ['maker'] }) }),
  endsRights: true,
  plan: async (tx, subjects, work) => {
    const role = work.parameters.role as string
    const roles = await work.ctx.use.access.roles(tx)
    if (!roles.some(({ key }) => key === role))
      throw invalid('/parameters/role', `is not a role here (roles: ${roles.map(({ key }) => key).join(', ')})`)
    const holds = new Map<string, boolean>()
    for (const key of new Set([role, ...taken(subjects)])) holds.set(key, await mayGive(tx, work, key))
    const self = handOf(work.ctx.actor)
    return subjects.map((one) => {
      if (one.role === role) return unchanged(one, `Has the role "${role}" already.`)
      if (!holds.get(role)) return conflict(one, `You do not hold the role "${role}" yourself.`)
      if (one.userId === null) return change(one)
      if (one.userId === self) return conflict(one, 'Nobody changes his own role.')
      if (!holds.get(one.role)) return conflict(one, `You do not hold his present role "${one.role}" yourself.`)
      return change(one)
    })
  },
  apply: async (tx, ids, work) => {
    const patch = { role: work.parameters.role as string }
    await work.caller.members.updateMany(
      tx,
      ids.map((id) => ({ id, patch })),
      { ...quietly(work), activity: 'roleChanged' },
    )
  },
}

const taken = (subjects: readonly Subject[]): string[] =>
  subjects.flatMap(({ role, userId }) => (userId === null ? [] : [role]))

async function mayGive(tx: Tx, work: Work, role: string): Promise<boolean> {
  try {
    await work.ctx.use.access.requireGrantable(tx, { role })
    return true
  } catch (error) {
    // 400: a role that is gone; whoever had it holds nothing by it.
    if (isProblem(error)) return error.status === problems.validationFailed.status
    throw error
  }
}
