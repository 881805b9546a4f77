/** For real: each effect commits together with its row. */
import type { ActingBot, SandboxAnswer } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Outside } from '../http/request.ts'
import { type Asked, type Described, doneAs, type Journal } from '../journal.ts'
import { storedState } from '../state/store.ts'
import type { Units } from '../units.ts'
import type { RunMode } from './mode.ts'

export interface ModeParts {
  readonly ctx: BotsContext
  readonly units: Units
  readonly journal: Journal
  readonly bot: ActingBot
  readonly outside: Outside
  readonly signal: AbortSignal
  /** The bot's time, in ms. */
  readonly now: () => number
}

export function liveMode(o: ModeParts): RunMode {
  const { ctx, units, journal, now } = o
  return {
    async action(call, what, action) {
      let answer: SandboxAnswer | undefined
      let stands = () => {}
      await ctx.use.actions.call({
        action: action.id,
        input: action.input,
        bot: o.bot,
        signal: o.signal,
        within: async (tx, { output, changed }) => {
          await action.within(tx, changed)
          answer = { ok: true, value: output, at: now() }
          if (what.effect !== 'read') stands = await journal.write(tx, call, doneAs(what, changed), answer)
        },
      })
      if (!answer) throw new Error('The action came back without its unit of work')
      if (what.effect === 'read') return noted(o, call, what, answer)
      stands()
      return answer
    },
    async fetch(call, what, request) {
      const stands = await units.run((tx) => journal.write(tx))
      stands()
      const value = await o.outside.send(request, o.signal)
      return written(o, call, what, { ok: true, value, at: now() })
    },
    async state(call, what, work) {
      if (what.effect === 'read') {
        const value = await units.read((tx) => work(storedState(tx, o.bot.installationId)))
        return noted(o, call, what, { ok: true, value, at: now() })
      }
      const [answer, stands] = await units.run(async (tx) => {
        const answer: SandboxAnswer = { ok: true, value: await work(storedState(tx, o.bot.installationId)), at: now() }
        return [answer, await journal.write(tx, call, what, answer)] as const
      })
      stands()
      return answer
    },
    refuse: (call, what, answer) => noted(o, call, what, answer),
    unrecorded: () => undefined,
  }
}

type Parts = Pick<ModeParts, 'ctx' | 'units' | 'journal'>

/** What happened outside is not asked for again: its answer stands at once. */
async function written(o: Parts, call: Asked, what: Described, answer: SandboxAnswer): Promise<SandboxAnswer> {
  const stands = await o.units.run((tx) => o.journal.write(tx, call, what, answer))
  stands()
  return answer
}

export async function noted(o: Parts, call: Asked, what: Described, answer: SandboxAnswer): Promise<SandboxAnswer> {
  await o.journal.note(o.units, call, what, answer, o.ctx.now())
  return answer
}
