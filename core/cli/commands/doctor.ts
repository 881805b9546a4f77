import { readConfig } from '../../config/index.ts'
import { type Finding, findings } from '../doctor/findings.ts'
import type { Output } from '../terminal/output.ts'

const marks = { ok: 'ok  ', warn: 'look', fail: 'FAIL' } as const

export async function run(_o: object, output: Output): Promise<void> {
  const found: Finding[] = []
  for await (const finding of findings(readConfig)) found.push(finding)
  const failed = found.filter(({ state }) => state === 'fail').length
  output.result({ healthy: failed === 0, findings: found }, () =>
    [
      ...found.flatMap(({ check, state, detail, remedy }) => [
        `${marks[state]}  ${check}: ${detail}`,
        ...(remedy ? remedy.split('\n').map((line) => `      ${line}`) : []),
      ]),
      failed === 0 ? 'Everything is in order.' : `${failed} of ${found.length} checks failed.`,
    ].join('\n'),
  )
  if (failed > 0) process.exitCode = 1
}
