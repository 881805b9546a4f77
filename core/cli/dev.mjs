#!/usr/bin/env node
// `npm run dev`: serves; a change of a file of the server is an orderly stop and a start.
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from './launch/index.mjs'
import { installWhatIsMissing } from './launch/install.mjs'
import { root } from './launch/root.mjs'
import { askToStop, exitCode, followSignals, startProgram } from './launch/run.mjs'

const WATCHED = ['core', 'plugins', 'sdk', 'bots', 'config', 'migrations']
const RELEVANT = /\.(ts|mjs|js|json|sql|ya?ml|liquid)$/
/** An editor writes a file in several steps, and a checkout writes many. */
const SETTLE_MS = 150

installWhatIsMissing()

let child
let stopping = false
let settled

function start() {
  child = startProgram([commandLine, 'start', ...process.argv.slice(2)])
  child.once('exit', (code, signal) => {
    if (stopping) process.exit(exitCode(code, signal))
    if (child.restart) start()
    else process.stderr.write(`Ended with ${code ?? signal}; starts again at the next change.\n`)
  })
}

function restart(file) {
  process.stderr.write(`${file} changed; starting again.\n`)
  if (child.exitCode !== null || child.signalCode !== null) return start()
  if (child.restart) return
  child.restart = true
  child.kill('SIGTERM')
}

followSignals((signal, again) => {
  if (child.exitCode !== null || child.signalCode !== null) process.exit(0)
  stopping = true
  askToStop(child, signal, again)
})

for (const folder of WATCHED.filter((name) => existsSync(join(root, name)))) {
  watch(join(root, folder), { recursive: true }, (_, file) => {
    if (!RELEVANT.test(String(file))) return
    clearTimeout(settled)
    settled = setTimeout(restart, SETTLE_MS, join(folder, String(file)))
  })
}
start()
