import { setImmediate as turn } from 'node:timers/promises'

/** Asks again and again until it is so; what happens elsewhere has no event to wait for. @throws when it takes too long */
export async function until(what: string, holds: () => Promise<boolean>, milliseconds = 20_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not within ${milliseconds} ms: ${what}`)
    await turn()
  }
}
