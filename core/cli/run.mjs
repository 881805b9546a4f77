#!/usr/bin/env node
// `node core/cli/run.mjs <file> [arguments]`: any program of the project on the pinned Node.
import { installWhatIsMissing } from './launch/install.mjs'
import { runInOurPlace } from './launch/run.mjs'

installWhatIsMissing()
runInOurPlace(process.argv.slice(2))
