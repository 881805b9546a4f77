// Where the browser is that the tests of pages walk with: said to whoever runs the tests, and asked by each of them.
import { existsSync } from 'node:fs'

export const chromiumProgram = process.env.GUILDHALL_CHROMIUM || '/usr/bin/chromium'

/** False, or why pages cannot be tested here. */
export const noChromium = existsSync(chromiumProgram)
  ? false
  : `There is no Chromium at ${chromiumProgram}; name one in GUILDHALL_CHROMIUM.`

if (noChromium && process.env.CI) throw new Error(`${noChromium} In CI the tests of pages cannot be skipped.`)
