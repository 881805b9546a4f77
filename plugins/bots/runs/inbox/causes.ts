/** What started runs, as far as whoever looks may know it: no bodies of calls, and nobody he could not see elsewhere. */
import { isUuid, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { titleIn } from '../../definitions/german-titles.ts'
import type { Language } from '../../definitions/requests.ts'
import type { Run } from '../stored.ts'
import type { RunCause } from './run-schema.ts'

type Started = Pick<Run, 'id' | 'trigger' | 'requestedBy'>
type Ids = { readonly memberId: string | null; readonly groupId: string | null }

/** By the id of the run. */
export async function causesOf(
  ctx: BotsContext,
  tx: Tx,
  runs: readonly Started[],
  language: Language,
): Promise<ReadonlyMap<string, RunCause>> {
  const named = new Map(runs.map((run) => [run.id, idsIn(run)]))
  const seen = await membersSeen(ctx, tx, [...named.values()])
  const seesGroups = ctx.may('groups.read')
  const people = await namesOf(ctx, tx, runs)
  const titles = new Map(ctx.use.events.list().map(({ id, title }) => [id, titleIn(language, title)]))
  return new Map(
    runs.map((run) => {
      const { trigger, requestedBy, id } = run
      const { memberId, groupId } = named.get(id)!
      const name = textIn(trigger, 'name')
      return [
        id,
        {
          event: name === null ? null : { name, title: titles.get(name) ?? name },
          at: textIn(trigger, 'at') ?? textIn(trigger, 'scheduledFor'),
          memberId: memberId !== null && seen.has(memberId) ? memberId : null,
          groupId: seesGroups ? groupId : null,
          by: requestedBy?.kind === 'user' ? (people.get(requestedBy.id) ?? null) : null,
        },
      ]
    }),
  )
}

function idsIn({ trigger }: Started): Ids {
  const { target, payload, input } = trigger as Partial<Record<string, Readonly<Record<string, unknown>>>>
  const type = target ? textIn(target, 'type') : null
  const named = (field: 'memberId' | 'groupId', of: 'member' | 'group') =>
    [type === of ? target?.id : null, payload?.[field], input?.[field]].find(isId) ?? null
  return { memberId: named('memberId', 'member'), groupId: named('groupId', 'group') }
}

/** A person gives what he likes: what is no id asks for nobody. */
const isId = (value: unknown): value is string => typeof value === 'string' && isUuid(value)

const textIn = (bag: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = bag[name]
  return typeof value === 'string' ? value : null
}

async function membersSeen(ctx: BotsContext, tx: Tx, named: readonly Ids[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(named.flatMap(({ memberId }) => memberId ?? []))]
  return ctx.use.members && ids.length > 0 ? ctx.use.members.reachable(tx, 'members.read', ids) : new Set()
}

/** Of those who started them: himself, and for whoever may see who can sign in here the others. */
async function namesOf(ctx: BotsContext, tx: Tx, runs: readonly Started[]): Promise<ReadonlyMap<string, string>> {
  const { actor } = ctx
  const mayAll = ctx.may('core.users.read')
  const names = new Map<string, string>()
  for (const id of new Set(runs.flatMap(({ requestedBy }) => (requestedBy?.kind === 'user' ? requestedBy.id : []))))
    if (mayAll || (actor.kind === 'user' && actor.id === id)) {
      const user = await ctx.use.users.affiliated(tx, id)
      if (user?.name) names.set(id, user.name)
    }
  return names
}
