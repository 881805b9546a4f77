// From `npm start` on any Node 20 to the command line on the pinned one.
import { installWhatIsMissing } from './install.mjs'
import { commandLine } from './root.mjs'
import { runInOurPlace } from './run.mjs'

export { commandLine }

/** @param {string[]} command a command of the command line with its arguments */
export function launch(command) {
  installWhatIsMissing()
  runInOurPlace([commandLine, ...command])
}
