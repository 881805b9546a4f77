#!/usr/bin/env node
// `npm start`: two steps for somebody who has only Node 20 and npm. Installs, then serves.
import { launch } from './launch/index.mjs'

launch(['start', ...process.argv.slice(2)])
