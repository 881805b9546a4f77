/** `action`: `{ action, input }`, one of those that were granted. */
import { Refusal } from '../refusal.ts'
import { sendsMail } from './mail-quota.ts'
import { field, type HostMethod, textField } from './method.ts'

export const actionMethod: HostMethod = {
  describe(input, o) {
    const id = textField(input, 'action') ?? ''
    return { name: id, effect: o.actions.get(id)?.effect ?? 'none' }
  },
  async run(call, what, o) {
    const id = what.name
    if (o.counts.add('action') > o.limits.actions)
      throw new Refusal('LIMIT', `A run calls at most ${o.limits.actions} actions`)
    const action = o.actions.get(id)
    if (!action && o.granted.has(id))
      throw new Refusal('NOT_FOUND', `The plugin of ${id.slice(0, 100)} is switched off here`)
    // One there is goes on: core refuses it, and writes the attempt into the trail.
    if (!action)
      throw new Refusal('FORBIDDEN', `There is no action ${id.slice(0, 100)}, and none was granted to this bot`)
    if (o.counts.add(`action:${id}`) > action.perRun)
      throw new Refusal('LIMIT', `A run calls ${id} at most ${action.perRun} times`)
    const mail = sendsMail(id)
    if (mail && o.counts.add('mail') > o.limits.mails)
      throw new Refusal('LIMIT', `A run sends at most ${o.limits.mails} mails`)
    return o.mode.action(call, what, {
      id,
      input: field(call.input, 'input') ?? {},
      effect: action.effect,
      within: async (tx, changed) => {
        if (mail && changed) await o.mails.take(tx)
      },
    })
  },
}
