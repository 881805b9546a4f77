// A runner that was taken over. What it does is the event of the run: it knows the protocol, and keeps to nothing.
import { readFileSync, writeSync } from 'node:fs'
import { listen, say } from '../../../../bots/engine/inside/wire.mjs'

const used = { cpuMs: 1, wallMs: 1, heapMb: 1 }
const end = (run, more = {}) => ({ t: 'end', run, end: 'ok', json: '1', used, gone: true, ...more })
const call = (run, seq, more = {}) => ({ t: 'call', run, seq, method: 'state.get', json: '{}', ...more })
const runs = []

/** What a process like this one can reach. */
async function probe() {
  const tries = {
    file: () => readFileSync('/etc/passwd'),
    project: () => readFileSync(new URL('../../../../package.json', import.meta.url)),
    write: async () => (await import('node:fs')).writeFileSync('/tmp/guildhall-probe', ''),
    spawn: async () => (await import('node:child_process')).spawnSync('true').error,
    worker: async () => new (await import('node:worker_threads')).Worker('1', { eval: true }),
    net: async () => connected((await import('node:net')).connect(9, '127.0.0.1')),
    dns: async () => (await import('node:dns')).promises.lookup('localhost'),
  }
  const found = { env: Object.keys(process.env).sort(), core: '', data: '', files: '', nice: 0 }
  for (const [name, attempt] of Object.entries(tries))
    try {
      const given = await attempt()
      found[name] = given instanceof Error ? given.code : 'open'
    } catch (error) {
      found[name] = error.code
    }
  found.nice = (await import('node:os')).getPriority()
  return found
}
const connected = (socket) =>
  new Promise((done, fail) => socket.once('connect', () => done('open')).once('error', fail))

const acts = {
  honest: (run) => [end(run)],
  otherRun: () => [end('another-run')],
  earlierRun: () => [end(runs[0])],
  finishedRun: (run) => [end(run, { gone: false }), call(run, 0)],
  twice: (run) => [call(run, 0), call(run, 0)],
  skipped: (run) => [call(run, 1)],
  negative: (run) => [call(run, -1)],
  huge: (run) => [call(run, 1e300)],
  notANumber: (run) => [call(run, null)],
  fraction: (run) => [call(run, 0.5)],
  text: (run) => [call(run, '0')],
  oddMethod: (run) => [call(run, 0, { method: '__proto__' })],
  noJson: (run) => [call(run, 0, { json: '{' })],
  unknownFrame: () => [{ t: 'eval', code: '1' }],
  prototype: () => [{ t: '__proto__' }],
  noFrame: () => [null],
  list: () => [[1, 2]],
  readyAgain: () => [{ t: 'ready' }],
  badEnd: (run) => [end(run, { end: 'crash' })],
  badUse: (run) => [end(run, { used: { ...used, cpuMs: null } })],
  badResult: (run) => [end(run, { json: 'undefined' })],
  tooManyCalls: (run) => Array.from({ length: 60 }, (_, i) => call(run, i)),
  tooManyLines: (run) => Array.from({ length: 60 }, () => ({ t: 'log', run, message: 'x', json: '' })),
  longLine: (run) => [{ t: 'log', run, message: 'x'.repeat(1e6), json: '' }],
  longResult: (run) => [end(run, { json: JSON.stringify('x'.repeat(7e4)) })],
  catastrophe: (run) => [{ t: 'fatal', run, message: 'CALL_AND_RETRY_LAST: out of memory' }],
  largeCalls: (run) => [0, 1, 2].map((seq) => call(run, seq, { json: JSON.stringify('x'.repeat(5e5)) })),
  endlessUse: (run) => [end(run, { used: { ...used, cpuMs: 1e308 } })],
  fatalOfAnother: () => [{ t: 'fatal', run: 'another-run', message: 'out of memory' }],
  goneBefore: (run) => [{ t: 'gone', run }],
}

/** What is no frame at all. */
const texts = {
  noJsonLine: '{"t":\n',
  emptyLine: '\n',
  endlessLine: 'x'.repeat(8e6),
  endlessPieces: 'x'.repeat(7000),
  // Frames as they should be, but so many, or so much in them.
  beats: '{"t":"beat","cpu":{},"rss":1}\n'.repeat(15_000),
  wideBeats: `{"t":"beat","cpu":{${'"a":1,'.repeat(2e5)}"a":1},"rss":1}\n`,
  beatsWithoutRun: '{"t":"beat","cpu":{},"rss":1}\n'.repeat(50),
}
const timesSaid = { endlessPieces: 1000, wideBeats: 12 }
function shout(name, run) {
  const text = name === 'beatsWithoutRun' ? `${JSON.stringify(end(run))}\n${texts[name]}` : texts[name]
  for (let times = timesSaid[name] ?? 1; times > 0; times--)
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSync(4, rest))
}

async function hear(frame) {
  if (frame.t !== 'run') return
  runs.push(frame.run)
  const { act } = JSON.parse(frame.event)
  if (act === 'probe') say(end(frame.run, { json: JSON.stringify(await probe()) }))
  else if (act === 'abort') process.abort()
  else if (act === 'spin') for (;;);
  else if (act === 'deaf') {
    // It asks and asks, and takes no answer.
    for (let i = 0; i < 30; i++) {
      say(call(frame.run, i))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  } else if (act === 'words')
    for (;;) {
      try {
        writeSync(2, 'x'.repeat(60_000))
      } catch {
        // Nobody has read what came before yet.
      }
    }
  else if (texts[act]) shout(act, frame.run)
  else for (const one of acts[act](frame.run)) say(one)
  if (act === 'catastrophe') process.abort()
}
listen(hear, () => process.kill(process.pid, 'SIGKILL'))
say({ t: 'ready' })
