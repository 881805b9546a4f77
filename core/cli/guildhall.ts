// The command line. Each command is one file in commands/ and is loaded when it is called.
import { CommanderError } from 'commander'
import { buildProgram } from './program.ts'
import { describeError } from './terminal/output.ts'

const argv = process.argv.slice(2)
const json = argv.includes('--json')

// The reader of a pipe has seen enough (`| head`): the command goes on to its end, for it may have a database to stop.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  const program = buildProgram()
  if (argv.length === 0) program.outputHelp()
  else await program.parseAsync(argv, { from: 'user' })
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0
  if (error instanceof CommanderError) {
    // --help and --version are answers, not errors; otherwise commander has written its sentence already.
    if (error.exitCode === 0) return 0
    const message = error.message.replace(/^error: /, '')
    if (json) process.stdout.write(`${JSON.stringify({ error: { type: 'usage', message } })}\n`)
    return 2
  }
  const described = describeError(error)
  if (json) process.stdout.write(`${JSON.stringify({ error: described.json })}\n`)
  else process.stderr.write(`${described.text}\n`)
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return described.code
}
