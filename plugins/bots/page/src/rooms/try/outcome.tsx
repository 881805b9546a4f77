import { Alert, Group, Loader, Stack, Text } from '@mantine/core'
import { type Bot, hasEnded } from '../../api/shapes.ts'
import { usePage } from '../../page-context.ts'
import { ProblemAlert } from '../../problem-alert.tsx'
import { useSaid } from '../../said.ts'
import { Effects } from '../calls.tsx'
import { CancelRun } from '../cancel-run.tsx'
import { RunEnd } from '../run-end.tsx'
import { useRun } from '../use-run.ts'

/** What became of a trial, or of a run that somebody started: what it waits for, then what it did in sentences. */
export function Outcome({ id, bot }: { id: string; bot: Bot }) {
  const { words } = usePage()
  const said = useSaid()
  const { value: run, problem, reload } = useRun(id)
  if (problem) return <ProblemAlert problem={problem} retry={reload} />
  if (!run || !hasEnded(run))
    return (
      <Stack gap="xs">
        <Group wrap="nowrap">
          <Loader size="sm" aria-label={words.running} />
          <Text>{run?.reason ? said(run.reason) : words.running}</Text>
        </Group>
        {run ? <CancelRun run={run} onCancelled={reload} /> : null}
      </Stack>
    )
  return (
    <Alert variant="default" title={`${words.modes[run.mode]}: ${words.states[run.status]}`}>
      <Stack gap="xs">
        <RunEnd run={run} />
        <Effects bot={bot} calls={run.calls} wouldBe={run.mode === 'dry'} />
        {run.summary ? (
          <Text>
            {words.result}: {run.summary}
          </Text>
        ) : null}
      </Stack>
    </Alert>
  )
}
