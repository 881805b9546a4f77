/**
 * `@guildhall/sdk/testing`: runs a bot in the author's own process, with answers that the test gives. What the platform
 * refuses, this refuses too; the limits on time and memory are the sandbox's (`guildhall bot test`).
 */
export type { ActionAnswers } from './actions.ts'
export { botCallError } from './call-error.ts'
export type { TestEvent } from './events.ts'
export type { FetchAnswer, FetchAnswers, Fetched } from './fetches.ts'
export { aGroup, aMember, anId, aSeat } from './fixtures.ts'
export { type BotRun, runBot } from './run-bot.ts'
export { type RunBotOptions, StandIn, type StandInReport } from './stand-in.ts'
