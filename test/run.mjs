// `npm test [-- files and tap options]`: everything but test/long, on one database server for the whole run.
import { globSync, statSync } from 'node:fs'
import { noChromium } from './e2e/chromium-program.mjs'
import { startServices } from './services.mjs'
import { quickFiles, runFiles, runTap } from './tap.mjs'

if (noChromium) process.stderr.write(`${noChromium} The tests of pages are skipped.\n`)

const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory()
const argv = process.argv.slice(2).flatMap((one) => (isFolder(one) ? globSync(`${one}/**/*.test.ts`).sort() : one))

const services = await startServices()
let code = 1
try {
  if (!services.hasRedis) {
    const told = 'There is no Redis: no redis-server on PATH, and REDIS_URL is not set.'
    if (process.env.CI) throw new Error(`${told} In CI the tests that need it cannot be skipped.`)
    process.stderr.write(`${told} The tests that need it are skipped.\n`)
  }
  const { environment } = services
  const hasOptions = argv.some((one) => one.startsWith('-'))
  code = hasOptions
    ? await runTap(argv, environment)
    : await runFiles(argv.length > 0 ? argv : quickFiles(), { environment })
} finally {
  await services.stop()
}
process.exitCode = code
