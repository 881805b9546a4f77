import { Text } from '@mantine/core'
import type { Trace } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'
import { useSaid } from '../said.ts'
import { fill } from '../words/index.ts'

/** How a run ended that did not end well: what, where, which limit. What the platform says beside it is kept. */
export function RunEnd({ run }: { run: Trace }) {
  const { words } = usePage()
  const said = useSaid()
  const { ended, error, limits, used } = run
  if (run.status === 'ok') return null
  const ends: Readonly<Record<string, string>> = words.ends
  const end = ended && run.status !== 'queued' && run.status !== 'running' ? ends[ended] : undefined
  if (!end) return run.reason ? <Text>{said(run.reason)}</Text> : null
  const remedies: Readonly<Record<string, string>> = words.remedies
  const remedy = ended ? remedies[ended] : undefined
  const message = said(error?.message ?? run.reason ?? '')
  return (
    <>
      <Text>
        {fill(end, { ...limits, message, usedCpuMs: Math.round(used?.cpuMs ?? 0) })}
        {error?.line ? ` (${fill(words.inLine, { line: error.line })})` : ''}
      </Text>
      {remedy ? <Text fw={600}>{remedy}</Text> : null}
    </>
  )
}
