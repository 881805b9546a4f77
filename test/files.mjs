// `node test/files.mjs <jobs> <seconds> <files a process> <file...>`: test files as tests of one run, TAP on standard output.
// Neighbours share a process (docs/decisions/0034-test-files-that-share-a-process.md). The command of tap starts each file with a
// loader that notes what is loaded, for coverage; that takes half as long again.
import { constants } from 'node:os'
import { dirname, resolve } from 'node:path'
import t from 'tap'

const [jobs, seconds, together, ...files] = process.argv.slice(2)
t.setTimeout(0)
t.jobs = Number(jobs)
const groups = neighbours(files, Number(together))
t.plan(groups.length)

const program = resolve(import.meta.dirname, 'one-process.mjs')
const options = {
  buffered: true,
  // What a test has that says nothing itself.
  env: { ...process.env, TAP_TIMEOUT: seconds },
  at: null,
  stack: '',
}
const running = groups.map((group) => {
  const timeout = Number(seconds) * 1000 * group.length
  const name = group.length === 1 ? group[0] : `${dirname(group[0])}: ${group.length} files`
  return t.spawn(process.execPath, group.length === 1 ? group : [program, ...group], { ...options, timeout, name })
})
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const { subtest } of running) subtest?.proc?.kill(signal)
    process.exit(128 + constants.signals[signal])
  })

/** Files that follow each other and stand in one folder of test/<part>/<folder>, at most `size` of them. */
function neighbours(files, size) {
  const groups = []
  for (const file of files) {
    const last = groups.at(-1)
    if (last && last.length < size && place(last[0]) === place(file)) last.push(file)
    else groups.push([file])
  }
  return groups
}

function place(file) {
  return dirname(file).split('/').slice(0, 3).join('/')
}
