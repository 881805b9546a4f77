import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { type Bot, hasEnded, type Run } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { type Bag, BotForm } from '../form/bot-form.tsx'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { fill } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'
import { Effects } from './calls.tsx'
import { useRun } from './use-run.ts'

/** A dry run at once, and the real one by hand. */
export function Try({ bot, path, mayRun }: Shown) {
  const { session, words } = usePage()
  const [input, setInput] = useState<Bag>({})
  const [runId, setRunId] = useState<string | null>(null)
  const doing = useDoing()
  const manualInput = bot.triggers.manual?.input ?? null
  const start = (dryRun: boolean) => (given: Bag) =>
    doing.run(async () => {
      setRunId(null)
      const { id } = await session.api.post<Pick<Run, 'id'>>(`${path}/run`, {
        dryRun,
        ...(manualInput ? { input: given } : {}),
      })
      setRunId(id)
    })
  const buttons = (
    <Group mt="sm">
      <Button
        type={manualInput ? 'submit' : 'button'}
        disabled={!mayRun}
        loading={doing.busy}
        onClick={manualInput ? undefined : () => start(true)({})}
      >
        {words.dryRun}
      </Button>
      <Button variant="default" disabled={!mayRun || doing.busy} onClick={() => start(false)(input)}>
        {words.runNow}
      </Button>
    </Group>
  )
  return (
    <Stack>
      <Text>{words.tryText}</Text>
      {manualInput ? (
        <BotForm
          name="input"
          schema={manualInput}
          uiSchema={{}}
          value={input}
          extras={{ botId: bot.id, hosts: bot.settings?.consent.hosts ?? [] }}
          busy={doing.busy}
          problem={doing.problem}
          onChange={setInput}
          onSubmit={start(true)}
        >
          {buttons}
        </BotForm>
      ) : (
        buttons
      )}
      <ProblemAlert problem={doing.problem} />
      <div aria-live="polite">{runId ? <Outcome id={runId} bot={bot} /> : null}</div>
    </Stack>
  )
}

function Outcome({ id, bot }: { id: string; bot: Bot }) {
  const { words } = usePage()
  const { value: run, problem, reload } = useRun(id)
  if (problem) return <ProblemAlert problem={problem} retry={reload} />
  if (!run || !hasEnded(run))
    return (
      <Group>
        <Loader size="sm" aria-label={words.running} />
        <Text>{run?.reason ? fill(words.waiting, { reason: run.reason }) : words.running}</Text>
      </Group>
    )
  return (
    <Alert variant="default" title={words.states[run.status]}>
      <Stack gap="xs">
        {run.error ? <Text>{run.error.message}</Text> : null}
        {run.reason && run.status !== 'ok' ? <Text>{run.reason}</Text> : null}
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
