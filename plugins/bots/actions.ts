import { Closed, List, Nullable, nothingDone, Text, Timestamp } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import type { BotsActions } from './context.ts'
import { lastRuns } from './installations/installation-sql.ts'
import { allInstallations, type Installation, installationByKey } from './installations/stored.ts'
import { setEnabled } from './installations/switch.ts'

const Installed = Closed({
  id: Text(60),
  botId: Text(60),
  title: Text(200),
  version: Text(60),
  enabled: Type.Boolean(),
  /** Switched off by the platform, after failures. */
  stopped: Type.Boolean(),
  failuresInRow: Type.Integer(),
  lastRun: Nullable(Closed({ status: Text(40), queuedAt: Timestamp() })),
})
type Installed = Static<typeof Installed>
const Nothing = Closed({})
const OneBot = Closed({ id: Text(60) })
const Bots = Closed({ items: List(Installed, 1000) })

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'bots.list': { input: Static<typeof Nothing>; output: Static<typeof Bots> }
    'bots.get': { input: Static<typeof OneBot>; output: Installed }
    'bots.switchOff': { input: Static<typeof OneBot>; output: Installed }
  }
}

type Run = Awaited<ReturnType<typeof lastRuns>>[number] | undefined
const viewOf = ({ key, botId, manifest, enabled, stopped, failuresInRow }: Installation, run: Run): Installed => ({
  id: key,
  botId,
  title: manifest.title,
  version: manifest.version,
  enabled,
  stopped: stopped !== null,
  failuresInRow,
  lastRun: run ? { status: run.status, queuedAt: run.queuedAt.toISOString() } : null,
})

/** A bot may look after others, and stop one. Installing, setting and starting stay with people: they consent. */
export function botActions(a: BotsActions): void {
  a.action({
    id: 'bots.list',
    title: 'List installed bots',
    requires: 'bots.read',
    effect: 'read',
    input: Nothing,
    output: Bots,
    perRun: 50,
    async run(_ctx, tx) {
      const runs = new Map((await lastRuns(tx)).map((run) => [run.installationId, run]))
      return { items: (await allInstallations(tx)).slice(0, 1000).map((one) => viewOf(one, runs.get(one.id))) }
    },
  })
  a.action({
    id: 'bots.get',
    title: 'Read how an installed bot is',
    requires: 'bots.read',
    effect: 'read',
    input: OneBot,
    output: Installed,
    perRun: 100,
    async run(_ctx, tx, { id }) {
      const installation = await installationByKey(tx, id)
      return viewOf(
        installation,
        (await lastRuns(tx)).find((run) => run.installationId === installation.id),
      )
    },
  })
  a.action({
    id: 'bots.switchOff',
    title: 'Switch a bot off',
    requires: 'bots.install',
    effect: 'write',
    input: OneBot,
    output: Installed,
    perRun: 20,
    async run(ctx, tx, { id }) {
      const { version } = await installationByKey(tx, id, { lock: true })
      const installation = await setEnabled(ctx, tx, { key: id, enabled: false, facts: { ifMatch: null } })
      const view = viewOf(installation, undefined)
      return installation.version === version ? nothingDone(view) : view
    },
  })
}
