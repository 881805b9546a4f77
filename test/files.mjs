// `node test/files.mjs <jobs> <seconds> <file...>`: test files as tests of one run, TAP on standard output. The command of
// tap starts each file with a loader that notes what is loaded, for coverage; that takes half as long again.
import { constants } from 'node:os'
import t from 'tap'

const [jobs, seconds, ...files] = process.argv.slice(2)
t.setTimeout(0)
t.jobs = Number(jobs)
t.plan(files.length)

const options = {
  buffered: true,
  timeout: Number(seconds) * 1000,
  // What a test has that says nothing itself.
  env: { ...process.env, TAP_TIMEOUT: seconds },
  at: null,
  stack: '',
}
const running = files.map((name) => t.spawn(process.execPath, [name], { ...options, name }))
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const { subtest } of running) subtest?.proc?.kill(signal)
    process.exit(128 + constants.signals[signal])
  })
