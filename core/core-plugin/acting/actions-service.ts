import {
  type ActingBot,
  type ActionDescription,
  type ActionDone,
  type ActionsService,
  type Actor,
  type Context,
  isNothingDone,
  Problem,
  problems,
  type ServiceCaller,
  type Tx,
} from '@guildhall/sdk'
import { recordBotDenial } from '../../audit/denial.ts'
import type { Principal } from '../../auth/principal.ts'
import { cleanInput } from '../../http/clean-input.ts'
import { problemFromDatabase } from '../../http/database-errors.ts'
import type { Access } from '../../permissions/access.ts'
import { createContext, type InstalledPlugin } from '../../plugin-host/index.ts'
import type { AnyAction } from '../../plugin-host/installed.ts'
import type { Runtime } from '../../runtime.ts'
import { invalidProblem, Validator } from '../../validation.ts'
import { principalNamed, wholeStandingOf } from '../access/standing.ts'
import { botAccess } from './bot-access.ts'

type Call = Parameters<ActionsService['call']>[0]
interface Found {
  readonly plugin: InstalledPlugin
  readonly action: AnyAction
}

/** Made once: each run of a bot asks for all of them. */
const descriptions = new WeakMap<Found, ActionDescription>()

function describe(found: Found): ActionDescription {
  const known = descriptions.get(found)
  if (known) return known
  const { id, title, requires, effect, input, output, perRun } = found.action
  const made = { id, plugin: found.plugin.id, title, requires, effect, input, output, perRun }
  descriptions.set(found, made)
  return made
}

/** Actions of this organisation's plugins, carried out for bots. */
export const actionsServiceFor = (
  runtime: Runtime,
  ctx: Pick<Context, 'tenantId' | 'signal' | 'log'>,
  caller: Pick<ServiceCaller, 'isOn'>,
): ActionsService => ({
  list: () => [...runtime.host.actions.values()].filter(({ plugin }) => caller.isOn(plugin.id)).map(describe),
  call: (o) => callAction(runtime, ctx, o),
  beyond: async (tx, who, actions, { everywhere = false } = {}) => {
    const standing = await wholeStandingOf(runtime, tx, who)
    const held = (permission: string) => {
      const reach = standing.reach(permission)
      return reach.everywhere || (!everywhere && reach.places.length > 0)
    }
    return [...new Set(actions)].flatMap((action) => {
      const requires = runtime.host.actions.get(action)?.action.requires
      // One there is not, nobody carries out.
      return requires === undefined || held(requires) ? [] : [{ action, requires }]
    })
  },
})

/** The unit of work of a call: the action's effects, and what the caller writes with them. */
async function callAction(
  runtime: Runtime,
  ctx: Pick<Context, 'tenantId' | 'signal' | 'log'>,
  o: Call,
): Promise<unknown> {
  const { tenantId } = ctx
  const goOn = () => {
    ctx.signal.throwIfAborted()
    o.signal?.throwIfAborted()
  }
  goOn()
  const enablement = await runtime.enablement.of(tenantId)
  const found = runtime.host.actions.get(o.action)
  if (!found || !enablement.isOn(found.plugin.id))
    throw new Problem(problems.notFound, { detail: `There is no action "${o.action}" here.` })
  const installer = await installerOf(runtime, tenantId, o.bot)
  const actor = actorOf(o.bot, installer)
  const access = await accessOf(runtime, tenantId, o.bot, installer)
  await refuse(runtime, { tenantId, actor }, o, found.action.requires, access)
  const input = wellFormed(found.action, o.input)
  const unit = await runtime.units.open({ tenantId, actor, requestId: o.bot.runId })
  let done: ActionDone
  try {
    const entered = createContext(runtime.context, {
      plugin: found.plugin,
      tenantId,
      actor,
      enablement,
      access,
      signal: () => (o.signal ? AbortSignal.any([ctx.signal, o.signal]) : ctx.signal),
      log: ctx.log,
      scope: { requestId: o.bot.runId },
      reading: false,
      runWriting: () => Promise.reject(new Error(`The action ${o.action} has a unit of work: use the tx it is given`)),
    })
    done = doneBy(await found.action.run(entered, unit.tx, input))
    const wrong = Validator.of(found.action.output).errors(done.output)
    if (wrong.length > 0)
      throw new Error(`The action ${o.action} answered what its schema does not describe: ${wrong[0]?.pointer}`)
    await o.within?.(unit.tx, done)
    goOn()
  } catch (error) {
    await unit.rollback()
    throw problemFromDatabase(error) ?? error
  }
  await (o.rehearsed ? unit.rollback() : unit.commit()).catch((error) => {
    throw problemFromDatabase(error) ?? error
  })
  return done.output
}

const doneBy = (outcome: unknown): ActionDone =>
  isNothingDone(outcome) ? { output: outcome.answer, changed: false } : { output: outcome, changed: true }

/**
 * Asked at every call: who lost a role since the last one takes it from his bots. Before the unit of work opens, which
 * would hold a connection while another is waited for.
 */
function installerOf(runtime: Runtime, tenantId: string, { installedBy }: ActingBot): Promise<Principal | null> {
  const reading = { tenantId, actor: { kind: 'system', reason: 'permissions' }, reading: true } as const
  return runtime.units.run(reading, (tx) => principalNamed(runtime, tx, installedBy, { last: true }))
}

/** Behind a token stands who made it: his own grants are out of its bots' reach, too. */
function actorOf({ installationId: id, runId, installedBy }: ActingBot, installer: Principal | null): Actor {
  const madeBy = installer && 'madeBy' in installer ? installer.madeBy : undefined
  return { kind: 'bot', id, runId, installedBy: { ...installedBy, ...(madeBy === undefined ? {} : { madeBy }) } }
}

async function accessOf(
  runtime: Runtime,
  tenantId: string,
  bot: ActingBot,
  principal: Principal | null,
): Promise<Access> {
  const installer = principal && (await runtime.access.of(tenantId, principal))
  const granted = bot.granted.map((action) => runtime.host.actions.get(action)?.action.requires)
  return botAccess(installer, new Set(granted.filter((permission) => permission !== undefined)))
}

/** @throws Problem 403, written into the trail */
async function refuse(
  runtime: Runtime,
  by: Pick<Tx, 'tenantId' | 'actor'>,
  o: Call,
  requires: string,
  access: Access,
): Promise<void> {
  const granted = o.bot.granted.includes(o.action)
  if (granted && access.holds(requires)) return
  await recordBotDenial(runtime, by, { permission: requires, action: o.action, runId: o.bot.runId })
  throw new Problem(problems.forbidden, {
    detail: granted
      ? `Whoever installed this bot does not hold the permission ${requires} now.`
      : `The action ${o.action} was not granted to this bot: list it in permissions.actions, and agree to that version.`,
  })
}

/** @throws Problem 400 with pointers into the input */
function wellFormed(action: AnyAction, given: unknown): unknown {
  const validator = Validator.of(action.input)
  // What a bot says is kept and shown like what a person says: a copy of it, cleaned by the same rules.
  const input = cleanInput(validator.withDefaults(given ?? {}))
  const wrong = validator.errors(input)
  if (wrong.length > 0) throw invalidProblem(wrong)
  return input
}
