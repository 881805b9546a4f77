/** Whoever sees runs does not thereby see members. */
import type { BotsContext } from '../../context.ts'
import type { Run } from '../stored.ts'

/** What an action said is for those who hold its permission over the whole organisation. */
export function whatMayBeSeen(ctx: BotsContext): (action: string) => boolean {
  const needs = new Map(ctx.use.actions.list().map(({ id, requires }) => [id, requires]))
  return (action) => {
    const permission = needs.get(action)
    return permission !== undefined && ctx.may(permission, { paths: [''] })
  }
}

/** What comes from outside or carries what happened may be about any member: it is for those who see them all. */
export const seesPeople = (ctx: BotsContext): boolean => whatMayBeSeen(ctx)('members.list')

/** What a call was about: of an action, or, with the name of a server, of a call to the outside. */
export function whatCallMayBeSeen(ctx: BotsContext): (name: string) => boolean {
  const open = whatMayBeSeen(ctx)
  const actions = new Set(ctx.use.actions.list().map(({ id }) => id))
  return (name) => open(actions.has(name) ? name : 'members.list')
}

const named = new Set(['trigger', 'name', 'id', 'at', 'scheduledFor'])

/** That something started it everybody sees; what that carried, only who may. */
export const shownTrigger = (ctx: BotsContext, { trigger }: Pick<Run, 'trigger'>): Run['trigger'] =>
  seesPeople(ctx) ? trigger : Object.fromEntries(Object.entries(trigger).filter(([field]) => named.has(field)))
