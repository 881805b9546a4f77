import type { BotCallError } from '../bot.ts'

/** What `ctx.call` and `ctx.fetch` throw; an answer that a test gives as a function may throw it. */
export function botCallError(code: string, message: string): BotCallError {
  return Object.assign(new Error(message), { name: 'BotCallError', code })
}

/** The test itself is wrong, not the bot: `runBot` rejects with it, whatever the bot makes of it. */
export class TestFault extends Error {
  override readonly name = 'TestFault'
}
