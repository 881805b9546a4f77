/** What an administrator may make a trigger depend on, beyond the event itself. */
import {
  compileFilter,
  defineListing,
  type EventDescription,
  type Field,
  type Filter,
  isProblem,
  type Listing,
  type ProblemError,
  type Tx,
} from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import type { EventCondition } from './stored.ts'

type Shape = { readonly type?: string; readonly format?: string; readonly items?: Shape }
const nowhere = (op: string): never => {
  throw new Error(`A payload has no rows to ask with "${op}"`)
}

function payloadField(name: string, shape: Shape): Field | null {
  const description = name
  const read = (payload: object): unknown => (payload as Record<string, unknown>)[name]
  const type = shape.type === 'array' ? shape.items?.type : shape.type
  if (type !== 'string' && type !== 'integer' && type !== 'boolean') return null
  const text = type === 'string' ? (shape.format === 'uuid' ? 'uuid' : 'text') : type
  if (shape.type === 'array') return { type: 'text', description, ops: ['has', 'in'], many: true, read, sql: nowhere }
  return { type: text, description, ops: type === 'boolean' ? ['eq', 'ne'] : ['eq', 'ne', 'in'], read, sql: nowhere }
}

/** Filters over an event's payload: its texts, numbers and lists of texts. */
export function payloadListing(event: Pick<EventDescription, 'id' | 'payload'>): Listing {
  const properties = (event.payload as { properties?: Record<string, Shape> }).properties ?? {}
  const fields = Object.entries(properties).flatMap(([name, shape]) => {
    const field = payloadField(name, shape)
    return field ? [[name, field] as const] : []
  })
  return defineListing({
    id: `bots.payload.${event.id}`,
    fields: Object.fromEntries(fields),
    sorts: { id: { column: 'id', type: 'text', leads: true } },
    defaultSort: 'id',
    idColumn: 'id',
  })
}

/** Filters over the group an event names. */
export const groupCondition = defineListing({
  id: 'bots.group',
  fields: Object.fromEntries(
    (['name', 'type', 'stage', 'genderGroup', 'externalId'] as const).map((name) => [
      name,
      {
        type: 'text',
        description: name,
        nullable: true,
        ops: ['eq', 'ne', 'in', 'isNull'],
        read: (group: object) => (group as Record<string, unknown>)[name],
        sql: nowhere,
      } satisfies Field,
    ]),
  ),
  sorts: { id: { column: 'id', type: 'text', leads: true } },
  defaultSort: 'id',
  idColumn: 'id',
})

/** Whether the payload names one. */
export const names = (event: Pick<EventDescription, 'payload'>, id: 'memberId' | 'groupId'): boolean =>
  Object.hasOwn((event.payload as { properties?: object }).properties ?? {}, id)

/** Faults of a condition, with pointers below `at`. */
export async function conditionErrors(
  ctx: BotsContext,
  tx: Tx,
  event: EventDescription,
  condition: EventCondition,
  at: string,
): Promise<ProblemError[]> {
  const errors: ProblemError[] = []
  const collect = async (check: () => unknown): Promise<void> => {
    try {
      await check()
    } catch (error) {
      if (!isProblem(error) || error.status !== 400) throw error
      errors.push(...error.errors)
    }
  }
  const refuse = (part: string, message: string) =>
    errors.push({ pointer: `${at}/${part}`, message, code: 'condition' })
  if (condition.payload)
    await collect(() => compileFilter(payloadListing(event), condition.payload as Filter, { at: `${at}/payload` }))
  if (condition.group) {
    if (!names(event, 'groupId')) refuse('group', `"${event.id}" names no group`)
    else await collect(() => compileFilter(groupCondition, condition.group as Filter, { at: `${at}/group` }))
  }
  if (condition.member) {
    const { members } = ctx.use
    if (!names(event, 'memberId')) refuse('member', `"${event.id}" names no member`)
    else if (!members) refuse('member', 'Members are switched off here')
    else {
      // The list of members knows its fields, contributed and own ones included: it reads the filter as it will read it later.
      const before = errors.length
      await collect(() => members.select(tx, { filter: condition.member, permission: 'members.read', limit: 1 }))
      for (const [i, error] of errors.entries())
        if (i >= before) errors[i] = { ...error, pointer: `${at}/member${error.pointer.replace(/^\/filter/, '')}` }
    }
  }
  return errors.map(({ pointer, message, code }) => ({ pointer, message, ...(code && { code }) }))
}
