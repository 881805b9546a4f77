import { Closed, Problem, problems, Text, type Tx, Uuid, WholeList } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { BotsContext, BotsRouter } from '../context.ts'
import { lookUp } from '../installations/lookups.ts'
import { requireAuthority } from '../installations/rights.ts'
import { installationByKey } from '../installations/stored.ts'
import { rehearseJob } from '../job-names.ts'
import { whatCallMayBeSeen } from '../runs/inbox/what-may-be-seen.ts'
import { NewRehearsal, Rehearsal, RehearsalWithTimeline } from './rehearsal-schema.ts'
import { insertRehearsal, isOneUnderWay, latestRehearsals, moveRehearsal, readRehearsal } from './rehearsal-sql.ts'

const url = '/bots/:id/rehearsals'
const tags = ['Runs of bots'] as const
const OfBot = Closed({ id: Text(80) })
const OfRehearsal = Closed({ id: Text(80), rehearsalId: Uuid() })

async function requireGroup(ctx: BotsContext, tx: Tx, groupId: string | undefined): Promise<void> {
  if (groupId === undefined) return
  const errors = await lookUp(ctx, tx, [{ pointer: '/groupId', format: 'group', value: groupId }])
  if (errors[0]) throw new Problem(problems.validationFailed, { detail: errors[0].message, errors })
}

/** Whoever sees what a bot would do does not thereby see with whom. */
async function shownRehearsal(ctx: BotsContext, tx: Tx, o: { installationId: string; id: string }) {
  const found = await readRehearsal(tx, o.installationId, o.id)
  const open = whatCallMayBeSeen(ctx)
  return { ...found, timeline: found.timeline.map((one) => (open(one.name) ? one : { ...one, input: null })) }
}

export function rehearsalRoutes(r: BotsRouter): void {
  r.route({
    method: 'POST',
    url,
    access: { requires: 'bots.run' },
    summary: 'Rehearse a bot',
    description:
      'Copies the organisation, lets time pass for the copy with only this bot on, and tells what it would have sent, changed and called. Nothing leaves the platform; the copy is deleted.',
    tags,
    status: 202,
    problems: [problems.conflict],
    schema: { params: OfBot, body: NewRehearsal, response: Rehearsal },
    handler: (ctx, { params, body }) =>
      ctx.transaction(async (tx) => {
        const installation = await installationByKey(tx, params.id, { lock: true })
        await requireAuthority(ctx, tx, installation)
        if (await isOneUnderWay(tx, installation.id))
          throw new Problem(problems.conflict, { detail: 'A rehearsal of this bot is under way: wait, or cancel it.' })
        await requireGroup(ctx, tx, body.groupId)
        const id = uuidv7()
        const { kind } = ctx.actor
        const by = { kind, id: 'id' in ctx.actor ? ctx.actor.id : kind }
        await insertRehearsal(tx, {
          id,
          installationId: installation.id,
          days: body.days ?? 30,
          groupId: body.groupId ?? null,
          by,
        })
        await tx.enqueue(rehearseJob, { rehearsalId: id }, { key: id })
        await tx.audit({ action: 'bots.rehearsed', target: { type: 'bot', id: installation.id } })
        const { timeline: _, ...view } = await readRehearsal(tx, installation.id, id)
        return view
      }),
  })
  r.route({
    method: 'GET',
    url,
    access: { requires: 'bots.read' },
    summary: 'List the latest rehearsals of a bot',
    tags,
    schema: { params: OfBot, response: WholeList(Rehearsal, 50) },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const { id } = await installationByKey(tx, params.id)
        return { items: await latestRehearsals(tx, id) }
      }),
  })
  r.route({
    method: 'GET',
    url: `${url}/:rehearsalId`,
    access: { requires: 'bots.read' },
    summary: 'Show a rehearsal with its timeline',
    tags,
    schema: { params: OfRehearsal, response: RehearsalWithTimeline },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        const { id } = await installationByKey(tx, params.id)
        return shownRehearsal(ctx, tx, { installationId: id, id: params.rehearsalId })
      }),
  })
  r.route({
    method: 'POST',
    url: `${url}/:rehearsalId/cancel`,
    access: { requires: 'bots.run' },
    summary: 'Stop a rehearsal',
    tags,
    problems: [problems.conflict],
    schema: { params: OfRehearsal, response: RehearsalWithTimeline },
    handler: (ctx, { params }) =>
      ctx.transaction(async (tx) => {
        const { id } = await installationByKey(tx, params.id)
        await readRehearsal(tx, id, params.rehearsalId)
        if (!(await moveRehearsal(tx, params.rehearsalId, 'cancelled')))
          throw new Problem(problems.conflict, { detail: 'It has ended already.' })
        return shownRehearsal(ctx, tx, { installationId: id, id: params.rehearsalId })
      }),
  })
}
