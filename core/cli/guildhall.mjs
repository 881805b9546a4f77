#!/usr/bin/env node
// `npm run -s guildhall -- <command>`: the command line on the pinned Node.
import { launch } from './launch/index.mjs'

launch(process.argv.slice(2))
