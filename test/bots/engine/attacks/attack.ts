/** One attack of a bot: what it does, and how a run may end that does it. */
import type { SandboxEnd } from '@guildhall/sdk'

export interface Attack {
  /** Of the list of security tests. */
  readonly number: number
  readonly name: string
  /**
   * `sync`, `post` and `later` stand for a write of the state, `ref` and `refPost` for a read, `never` and `neverSync` for a
   * fetch that is not answered.
   */
  readonly code: string
  /** More than one where versions, machines or how busy they are decide which fence is met first. */
  readonly ends: readonly SandboxEnd[]
}

/** The module of a bot whose run evaluates `code`. */
export const botThatEvaluates = (code: string): string => `import { defineBot } from '@guildhall/sdk'
export default defineBot({ id: 'attack', async run(ctx, event) {
  const sync = (x) => ctx.state.set('k', x), post = sync, later = sync
  const ref = (x) => ctx.state.get(x), refPost = ref
  const never = () => ctx.fetch('https://never.example'), neverSync = never
  return eval(${JSON.stringify(code)})
} })`
/** The module of a bot with this body. */
export const bot = (body: string): string =>
  `import { defineBot } from '@guildhall/sdk'\nexport default defineBot({ id: 'bot', async run(ctx, event) {\n${body}\n} })`
