import { Anchor, Paper, Stack, Text, Title } from '@mantine/core'
import type { Bot, Page, Run } from '../api/shapes.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { useSaid } from '../said.ts'
import { useTimes } from '../times.ts'
import { fill } from '../words/index.ts'
import { RunButtons } from './run-buttons.tsx'
import { RunEnd } from './run-end.tsx'
import { useCauses } from './run-words.ts'
import { useRun } from './use-run.ts'

interface FailedRunsProps {
  readonly bot: Bot
  readonly path: string
  readonly mayRun: boolean
  readonly onOpen: (id: string) => void
  /** Another value loads it anew. */
  readonly round: number
  readonly onChanged: () => void
}
const most = 100

/** The failed inbox of a bot: what went wrong, where, how often, and what to do about it. */
export function FailedRuns({ bot, path, mayRun, onOpen, round, onChanged }: FailedRunsProps) {
  const { session, words } = usePage()
  const query = `${path}/runs?status=failed&mode=live&limit=${most}`
  const { value, problem, reload } = useLoaded(`${query} ${round}`, (signal) =>
    session.api.get<Page<Run>>(query, { signal }),
  )
  const alike = new Map<string, [Run, ...Run[]]>()
  for (const run of value?.items ?? []) {
    const cause = `${run.ended} ${run.reason}`
    const before = alike.get(cause)
    if (before) before.push(run)
    else alike.set(cause, [run])
  }
  if (problem) return <ProblemAlert problem={problem} retry={reload} />
  if (alike.size === 0) return null
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {words.failedRuns}
      </Title>
      {[...alike].map(([cause, runs]) => (
        <Paper key={cause} withBorder p="md">
          <Stack gap="xs">
            <Failures bot={bot} runs={runs} mayRun={mayRun} onOpen={onOpen} onChanged={onChanged} />
          </Stack>
        </Paper>
      ))}
    </Stack>
  )
}

type FailuresProps = Pick<FailedRunsProps, 'bot' | 'mayRun' | 'onOpen' | 'onChanged'> & {
  readonly runs: readonly [Run, ...Run[]]
}

/** Those that failed alike. */
function Failures({ bot, runs, mayRun, onOpen, onChanged }: FailuresProps) {
  const [run] = runs
  const { words } = usePage()
  const time = useTimes()
  const said = useSaid()
  const { value } = useRun(run.id)
  const cause = useCauses([run])
  return (
    <>
      {value ? <RunEnd run={value} /> : <Text>{said(run.reason ?? '')}</Text>}
      <Text size="sm">
        {fill(runs.length === 1 ? words.failedOnce : words.failedTimes, {
          n: runs.length,
          at: time(run.startedAt ?? run.queuedAt),
        })}{' '}
        · {cause(run)} · {fill(words.attempts, { n: run.attempt })} ·{' '}
        <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onOpen(run.id)}>
          {words.showRun}
        </Anchor>
      </Text>
      {mayRun ? (
        <RunButtons bot={bot} runs={runs} code={value?.error?.code} onOpen={onOpen} onChanged={onChanged} />
      ) : null}
    </>
  )
}
