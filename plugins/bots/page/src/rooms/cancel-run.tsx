import { Button, Group } from '@mantine/core'
import { hasEnded, type Run } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'

/** Stops a run that waits or is under way; nothing for one that has ended. */
export function CancelRun({ run, onCancelled }: { run: Run; onCancelled: () => void }) {
  const { session, words } = usePage()
  const doing = useDoing()
  const cancel = async () => {
    const act = () => session.api.post(`/bot-runs/${encodeURIComponent(run.id)}/cancel`)
    if (await doing.run(act, words.runCancelled)) onCancelled()
  }
  if (hasEnded(run)) return null
  return (
    <>
      <Group>
        <Button variant="default" size="xs" loading={doing.busy} onClick={cancel}>
          {words.cancelRun}
        </Button>
      </Group>
      <ProblemAlert problem={doing.problem} retry={onCancelled} />
    </>
  )
}
