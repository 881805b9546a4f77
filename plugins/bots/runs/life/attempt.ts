/** One attempt of a claimed run, in the sandbox; no unit of work is open while the bot thinks. */
import type { SandboxOutcome, Tx } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import { hostCalls } from '../calls/index.ts'
import { mailQuota } from '../calls/mail-quota.ts'
import { CallCounts } from '../calls/method.ts'
import { redactedOutside } from '../http/redacted.ts'
import type { Outside } from '../http/request.ts'
import { Drift, Journal, journalOf, type Superseded } from '../journal.ts'
import { sandboxLimits } from '../limits.ts'
import { inert } from '../logs/inert.ts'
import { LogWriter } from '../logs/log-writer.ts'
import { dryMode } from '../modes/dry.ts'
import { liveMode, type ModeParts } from '../modes/live.ts'
import type { RunMode } from '../modes/mode.ts'
import { rehearsalMode } from '../modes/rehearsal.ts'
import { replayMode } from '../modes/replay.ts'
import { Redactor } from '../redactor.ts'
import { openConfig } from '../secret-handles.ts'
import type { RunModeName } from '../stored.ts'
import { withInertSummary } from '../summary.ts'
import { Units } from '../units.ts'
import { type Claimed, leaseMs } from './claim.ts'
import { runClock } from './run-clock.ts'
import { RunnerWait } from './runner-wait.ts'
import type { Ended } from './verdict.ts'

export interface Attempted {
  readonly ended: Ended
  /** Another node has it, or it was cancelled: nothing more is written. */
  readonly superseded: boolean
  readonly outcome: Partial<SandboxOutcome>
  /** Writes what is left of journal and log; once, in the unit of work that ends the attempt. All is sent when it returns. */
  readonly rest: (tx: Tx) => Promise<void>
}

const modes: Record<RunModeName, (o: ModeParts) => RunMode> = {
  live: liveMode,
  dry: dryMode,
  replay: () => replayMode,
  rehearsal: rehearsalMode,
}

/** In a copy no seal opens, and no secret is needed: nothing is called. */
const unopened = { unseal: () => '' }

export async function attemptRun(ctx: BotsContext, claimed: Claimed, o: { outside: Outside }): Promise<Attempted> {
  const { run, installation, manifest } = claimed
  const { name, slug, timeZone, locale } = claimed.organization
  const origin = run.mode === 'replay' ? (run.ofRunId ?? run.id) : run.id
  const opened = openConfig(run.mode === 'rehearsal' ? unopened : ctx.use.seals, {
    installationId: installation.id,
    origin,
    schema: manifest.config.schema,
    config: claimed.config,
  })
  const redactor = new Redactor([...opened.secrets.values()])
  const units = new Units(ctx)
  // The first attempt begins with an empty journal.
  const first = run.mode !== 'replay' && run.attempt === 1
  const rows = first ? [] : await units.run((tx) => journalOf(tx, origin))
  const journal = new Journal(rows, {
    runId: run.id,
    attempt: run.attempt,
    redactor,
    again: run.mode !== 'replay' && claimed.before.code === 'UNAVAILABLE',
  })
  const clock = await runClock(ctx, units, { run, origin, timeZone })
  const logs = new LogWriter(units, {
    installationId: installation.id,
    runId: run.id,
    redactor,
    now: () => ctx.now(),
  })
  const stopping = new AbortController()
  // Not by `AbortSignal.any`, which is many times as dear: it has to bear being forgotten.
  const stopToo = () => stopping.abort(ctx.signal.reason)
  ctx.signal.addEventListener('abort', stopToo)
  if (ctx.signal.aborted) stopToo()
  const { signal } = stopping
  const granted = manifest.permissions.actions.filter((id) => installation.consent.actions.includes(id))
  const hosts = new Set([
    ...manifest.permissions.hosts.filter((host) => installation.consent.hosts.includes(host)),
    ...opened.hosts,
  ])
  const bot = { installationId: installation.id, runId: run.id, installedBy: installation.installedBy, granted }
  const mode = modes[run.mode]({
    ctx,
    units,
    journal,
    bot,
    outside: redactedOutside(o.outside, redactor),
    signal,
    now: clock.now,
  })
  let stopped: Drift | Superseded | undefined
  const host = hostCalls({
    runId: run.id,
    mode,
    limits: claimed.limits,
    granted: new Set(granted),
    allows: (host) => hosts.has(host),
    secrets: opened.secrets,
    actions: new Map(ctx.use.actions.list().map((action) => [action.id, action])),
    mails: mailQuota(ctx.config, installation.id),
    depth: run.depth,
    ownHost: new URL(ctx.use.links.frontend('/')).hostname,
    redactor,
    counts: new CallCounts(),
    idempotencyKey: (sequence) => `${run.id}:${sequence}`,
    journal,
    now: clock.now,
    log: ctx.log,
    stop: (why) => {
      stopped ??= why
      stopping.abort(why)
    },
  })
  const wait = new RunnerWait({
    units,
    run,
    state: () => ctx.use.sandbox.state,
    now: () => ctx.now().getTime(),
    leaseMs: leaseMs(claimed.limits),
    log: ctx.log,
  })
  let outcome: Partial<SandboxOutcome>
  try {
    outcome = await ctx.use.sandbox.run({
      tenantId: ctx.tenantId,
      runId: run.id,
      source: claimed.source,
      config: opened.config,
      event: run.trigger,
      context: {
        tenant: { name, slug, timeZone, locale, today: clock.today },
        run: { id: origin, attempt: run.mode === 'replay' ? 1 : run.attempt, dryRun: run.mode === 'dry' },
        secrets: opened.handles,
      },
      now: clock.began.getTime(),
      seed: origin,
      limits: sandboxLimits(claimed.limits),
      call: (call) => host.call(call),
      log: (line) => logs.add(line),
      began: () => wait.over(),
      signal,
    })
  } finally {
    ctx.signal.removeEventListener('abort', stopToo)
    // What the bot did not wait for is stopped: an action that is not done by now is taken back.
    host.close()
    stopping.abort(new Error('The run has ended'))
    await host.settled()
    await wait.stop()
    await logs.stop()
  }
  return {
    superseded: stopped !== undefined && !(stopped instanceof Drift),
    rest: async (tx) => {
      await Promise.all([logs.rest(tx), journal.rest(tx)])
    },
    ended: stopped instanceof Drift ? 'non-deterministic' : (outcome.end ?? 'infra'),
    outcome: {
      ...outcome,
      ...(outcome.result === undefined ? {} : { result: withInertSummary(redactor.json(outcome.result)) }),
      ...(stopped instanceof Drift
        ? { error: { name: 'Drift', message: stopped.message } }
        : outcome.error
          ? { error: shown(outcome.error, redactor) }
          : {}),
    },
  }
}

/** What a bot threw is text of its own, its name and code too. */
function shown(error: NonNullable<SandboxOutcome['error']>, redactor: Redactor): typeof error {
  const clean = (text: string) => inert(redactor.text(text))
  const { name, message, code } = error
  return { ...error, name: clean(name), message: clean(message), ...(code === undefined ? {} : { code: clean(code) }) }
}
