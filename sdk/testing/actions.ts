import type { BotManifest } from '../bot.ts'
import { didYouMean } from '../nearest.ts'
import type { ActionId, ActionRegistry } from '../registries.ts'
import { botCallError, TestFault } from './call-error.ts'
import { crossed, given } from './crossing.ts'

type InputOf<A extends ActionId> = ActionRegistry[A] extends { input: infer I } ? I : never
export type OutputOf<A extends ActionId> = ActionRegistry[A] extends { output: infer R } ? R : never

/** What each action answers: a value, or a function of the input, which may throw `botCallError`. */
export type ActionAnswers = {
  readonly [A in ActionId]?: OutputOf<A> | ((input: InputOf<A>) => OutputOf<A> | Promise<OutputOf<A>>)
}

export interface Called {
  readonly action: string
  readonly input: unknown
  /** Of a call that was answered. */
  readonly output?: unknown
  /** Of a call that was refused. */
  readonly error?: { readonly code: string; readonly message: string }
}

export interface Limits {
  readonly actions: number
  readonly mails: number
}

const mailing: ReadonlySet<string> = new Set(['email.send', 'email.sendAnywhere'])
const sendsMail = (action: string): boolean => mailing.has(action)

/** Answers calls of actions, and writes them down. */
export class ActionDesk {
  readonly calls: Called[] = []
  readonly mails: unknown[] = []
  readonly #manifest: BotManifest
  readonly #answers: Readonly<Record<string, unknown>>
  readonly #limits: Limits

  constructor(manifest: BotManifest, answers: ActionAnswers, limits: Limits) {
    this.#manifest = manifest
    this.#answers = answers as Readonly<Record<string, unknown>>
    this.#limits = limits
    for (const action of Object.keys(answers))
      if (!manifest.permissions.actions.includes(action))
        throw new TestFault(`The test answers "${action}", but the bot does not ask for it in permissions.actions`)
  }

  async call(action: string, input: unknown): Promise<unknown> {
    const asked = { action, input: crossed(input) }
    try {
      const output = crossed(await this.#answer(action, asked.input))
      this.calls.push({ ...asked, output })
      if (sendsMail(action)) this.mails.push(asked.input)
      return given(output ?? null)
    } catch (error) {
      const { code = 'UNAVAILABLE', message } = error as Error & { code?: string }
      this.calls.push({ ...asked, error: { code, message } })
      throw error instanceof TestFault ? error : botCallError(code, message)
    }
  }

  #answer(action: string, input: unknown): unknown {
    if (!this.#manifest.permissions.actions.includes(action))
      throw botCallError(
        'FORBIDDEN',
        `The bot does not ask for "${action}" in permissions.actions${didYouMean(action, this.#manifest.permissions.actions)}`,
      )
    if (this.calls.length >= this.#limits.actions)
      throw botCallError('LIMIT', `A run calls at most ${this.#limits.actions} actions`)
    if (sendsMail(action) && this.mails.length >= this.#limits.mails)
      throw botCallError('LIMIT', `A run sends at most ${this.#limits.mails} mails`)
    if (!Object.hasOwn(this.#answers, action))
      throw new TestFault(
        `The bot calls "${action}". Say in the test what it answers, or in fixtures.json: actions: { '${action}': ... }`,
      )
    const answer = this.#answers[action]
    return typeof answer === 'function' ? answer(given(input)) : answer
  }
}
