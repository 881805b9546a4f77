/** For real: each effect commits together with its row. */
import type { ActingBot, SandboxAnswer } from '@guildhall/sdk'
import type { BotsContext } from '../../context.ts'
import type { Outside } from '../http/request.ts'
import type { Asked, Described, Journal } from '../journal.ts'
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
}

export function liveMode(o: ModeParts): RunMode {
  const { ctx, units, journal } = o
  const now = () => ctx.now().getTime()
  return {
    async action(call, what, action) {
      let answer: SandboxAnswer | undefined
      await ctx.use.actions.call({
        action: action.id,
        input: action.input,
        bot: o.bot,
        signal: o.signal,
        within: async (tx, output) => {
          await action.within(tx)
          answer = { ok: true, value: output, at: now() }
          await journal.write(tx, call, what, answer)
        },
      })
      if (!answer) throw new Error('The action came back without its unit of work')
      return answer
    },
    async fetch(call, what, request) {
      await units.run((tx) => journal.requireOurs(tx))
      const value = await o.outside.send(request, o.signal)
      return written(o, call, what, { ok: true, value, at: now() })
    },
    state: (call, what, work) =>
      units.run(async (tx) => {
        const answer: SandboxAnswer = { ok: true, value: await work(storedState(tx, o.bot.installationId)), at: now() }
        await journal.write(tx, call, what, answer)
        return answer
      }),
    refuse: (call, what, answer) => written(o, call, what, answer),
    unrecorded: () => undefined,
  }
}

export async function written(
  o: Pick<ModeParts, 'units' | 'journal'>,
  call: Asked,
  what: Described,
  answer: SandboxAnswer,
): Promise<SandboxAnswer> {
  await o.units.run((tx) => o.journal.write(tx, call, what, answer))
  return answer
}
