/** Whether what a form names is there: members, groups, plans, templates, roles of this organisation; times. */
import { type DomainFormat, isProblem, type ProblemError, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'

export interface NamedThing {
  readonly pointer: string
  readonly format: DomainFormat
  readonly value: string
}
interface Around {
  readonly ctx: BotsContext
  readonly tx: Tx
}
/** A sentence where the thing is not there. */
type Look = (around: Around, value: string) => Promise<string | null>

const none = async (ask: () => Promise<unknown>, sentence: string): Promise<string | null> => {
  try {
    await ask()
    return null
  } catch (error) {
    if (isProblem(error) && error.status < 500) return sentence
    throw error
  }
}

/** Members are asked for all at once (`membersNotSeen`). */
const looks: Readonly<Record<Exclude<DomainFormat, 'member'>, Look>> = {
  group: async ({ ctx, tx }, id) =>
    ctx.use.groups
      ? none(() => ctx.use.groups!.group(tx, id), 'There is no such group here')
      : 'Groups are switched off here',
  plan: async ({ ctx, tx }, id) =>
    ctx.use.plans
      ? none(() => ctx.use.plans!.plan(tx, id), 'There is no such plan here')
      : 'Plans are switched off here',
  role: async ({ ctx, tx }, key) =>
    (await ctx.use.access.roles(tx)).some((role) => role.key === key)
      ? null
      : 'There is no such role here; GET /api/v1/roles lists them',
  emailTemplate: async ({ ctx, tx }, id) => {
    if (!ctx.use.email) return 'E-mail is switched off here'
    return (await ctx.use.email.hasTemplate(tx, id)) ? null : 'There is no such template here'
  },
  cron: ({ ctx, tx }, expression) =>
    none(
      () => ctx.use.schedules.next(tx, expression, 1),
      'This is no time plan such as "0 8 * * 1-5", or it comes more than once a minute',
    ),
  // Whoever names a host in the form agrees to it being called; that it is the name of one, the form has seen.
  httpHost: async () => null,
  qualification: async () => 'Qualifications are not kept here',
  segment: async () => 'Segments are not kept here',
  secret: async () => null,
}

async function membersNotSeen({ ctx, tx }: Around, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const { members } = ctx.use
  if (!members) return new Map(ids.map((id) => [id, 'Members are switched off here']))
  const living = await members.find(tx, ids)
  const seen = await members.reachable(tx, 'members.read', ids)
  return new Map(ids.filter((id) => !living.has(id) || !seen.has(id)).map((id) => [id, 'There is no such member here']))
}

/** @returns what is not there, with the pointers as given */
export async function lookUp(ctx: BotsContext, tx: Tx, things: readonly NamedThing[]): Promise<ProblemError[]> {
  const around: Around = { ctx, tx }
  const ids = things.filter(({ format }) => format === 'member').map(({ value }) => value.toLowerCase())
  const strangers = await membersNotSeen(around, [...new Set(ids)])
  const errors: ProblemError[] = []
  for (const { pointer, format, value } of things) {
    const message =
      format === 'member' ? (strangers.get(value.toLowerCase()) ?? null) : await looks[format](around, value)
    if (message !== null) errors.push({ pointer, message, code: format })
  }
  return errors
}
