// From `npm start` on any Node 20 to the command line on the pinned one.
import { join } from 'node:path'
import { installWhatIsMissing } from './install.mjs'
import { root } from './root.mjs'
import { runInOurPlace } from './run.mjs'

export const commandLine = join(root, 'core/cli/guildhall.ts')

/** @param {string[]} command a command of the command line with its arguments */
export function launch(command) {
  installWhatIsMissing()
  runInOurPlace([commandLine, ...command])
}
