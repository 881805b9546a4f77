/**
 * As if: reads are real, writes are carried out and taken back, state lives as long as the run, and nothing leaves the
 * platform: an outside call is written down and answered 204 with nothing.
 */
import type { ActionDone, SandboxAnswer, Tx } from '@guildhall/sdk'
import { doneAs } from '../journal.ts'
import { overlaidState } from '../state/overlay.ts'
import { storedState } from '../state/store.ts'
import { type ModeParts, noted } from './live.ts'
import type { RunMode } from './mode.ts'

export function dryMode(o: ModeParts): RunMode {
  const { ctx, units, now } = o
  const state = overlaidState((read) => units.read((tx) => read(storedState(tx, o.bot.installationId))))
  return {
    async action(call, what, action) {
      let did = what
      const within = async (tx: Tx, { changed }: ActionDone) => {
        await action.within(tx, changed)
        did = doneAs(what, changed)
      }
      const value = await ctx.use.actions.call({
        action: action.id,
        input: action.input,
        bot: o.bot,
        signal: o.signal,
        ...(action.effect === 'read' ? {} : { rehearsed: true, within }),
      })
      return noted(o, call, did, { ok: true, value, at: now() })
    },
    fetch: (call, what) => noted(o, call, what, { ok: true, value: { status: 204, headers: {}, body: '' }, at: now() }),
    async state(call, what, work) {
      const answer: SandboxAnswer = { ok: true, value: await work(state), at: now() }
      return noted(o, call, what, answer)
    },
    refuse: (call, what, answer) => noted(o, call, what, answer),
    unrecorded: () => undefined,
  }
}
