/** `@guildhall/sdk/strip-types`: TypeScript to JavaScript with Node's own means. Apart, because it needs Node. */
import { Worker } from 'node:worker_threads'

/**
 * In a thread of its own each time: a source that is nested deeply enough breaks the parser (WebAssembly), and it stays
 * broken for the rest of the process, for everybody. The thread goes, and the fault with it.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { stripTypeScriptTypes } = require('node:module')
try {
  parentPort.postMessage({ code: stripTypeScriptTypes(workerData) })
} catch ({ name, code, message, stack }) {
  const line = Number(/^[^\\n]*?:(\\d+)\\n/.exec(stack)?.[1])
  parentPort.postMessage({ fault: code?.endsWith('_TYPESCRIPT_SYNTAX') ? message : 'It is nested too deeply', line })
}
`
const patienceMs = 10_000

/**
 * Types become spaces, so that lines stay; what only a compiler could translate (enum, namespaces) is refused.
 * @throws SyntaxError with `line` where it is known
 */
export async function stripTypes(source: string): Promise<string> {
  const worker = new Worker(program, {
    eval: true,
    workerData: source,
    env: {},
    execArgv: ['--no-warnings'],
    stderr: true,
  })
  try {
    const answer = await new Promise<{ code: string } | { fault: string; line: number }>((done, fail) => {
      const late = setTimeout(() => done({ fault: 'It takes too long to read', line: Number.NaN }), patienceMs)
      worker.once('message', done).once('error', fail)
      worker.once('exit', () => done({ fault: 'It cannot be read', line: Number.NaN }))
      worker.once('exit', () => clearTimeout(late))
    })
    if ('code' in answer) return answer.code
    throw Object.assign(new SyntaxError(answer.fault), answer.line > 0 ? { line: answer.line } : {})
  } finally {
    await worker.terminate()
  }
}
