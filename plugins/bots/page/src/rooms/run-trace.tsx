import { Button, Code, Group, Loader, Stack, Table, Text, Title } from '@mantine/core'
import { type Bot, type Call, hasEnded, shownStatus, type Trace } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { useSaid } from '../said.ts'
import { useTimes } from '../times.ts'
import { useFocusHere } from '../use-focus-here.ts'
import { FreeCell, WideTable } from '../wide-table.tsx'
import { fill } from '../words/index.ts'
import { Effects, useCallSentence } from './calls.tsx'
import { CancelRun } from './cancel-run.tsx'
import { LogLines } from './log-lines.tsx'
import { RunButtons } from './run-buttons.tsx'
import { RunEnd } from './run-end.tsx'
import { useCauses } from './run-words.ts'
import { useRun } from './use-run.ts'

interface RunTraceProps {
  readonly id: string
  readonly bot: Bot
  readonly mayRun: boolean
  readonly onClose: () => void
  /** Shows another run: what a replay or a second run made. */
  readonly onOpen: (id: string) => void
}

/** One run: why, what it called and what it was told, what it logged, which limits it used. */
export function RunTrace({ id, bot, mayRun, onClose, onOpen }: RunTraceProps) {
  const { words } = usePage()
  const time = useTimes()
  const { value: run, problem, reload } = useRun(id)
  const cause = useCauses(run ? [run] : [])
  const heading = useFocusHere(run?.id)
  if (!run) return problem ? <ProblemAlert problem={problem} retry={reload} /> : <Loader aria-label={words.loading} />
  return (
    <Stack>
      <Group>
        <Button variant="default" size="xs" onClick={onClose}>
          ← {words.runs}
        </Button>
      </Group>
      <Title order={2} size="h4" ref={heading} tabIndex={-1}>
        {fill(words.details, { at: time(run.startedAt ?? run.queuedAt) })}
      </Title>
      <Text>
        {cause({ ...run, mode: 'live' })} · {words.modes[run.mode]} · {words.states[shownStatus(run)]} ·{' '}
        {fill(words.attempt, { n: run.attempt })}
      </Text>
      <RunEnd run={run} />
      {run.summary ? <Text>{run.summary}</Text> : null}
      {mayRun ? <CancelRun run={run} onCancelled={reload} /> : null}
      {mayRun ? <RunButtons bot={bot} runs={[run]} code={run.error?.code} onOpen={onOpen} onChanged={reload} /> : null}
      {/* What it had done before it failed stays done. */}
      {hasEnded(run) && run.mode !== 'replay' ? (
        <Effects bot={bot} calls={run.calls} wouldBe={run.mode === 'dry'} />
      ) : null}
      <Calls run={run} bot={bot} />
      <Title order={3} size="h5">
        {words.logs}
      </Title>
      <LogLines lines={run.logs} />
      <Limits run={run} />
    </Stack>
  )
}

function Calls({ run, bot }: { run: Trace; bot: Bot }) {
  const { words } = usePage()
  const sentence = useCallSentence(bot, run.calls)
  return (
    <>
      <Title order={3} size="h5">
        {words.calls}
      </Title>
      {run.calls.length === 0 ? (
        <Text>{words.noCalls}</Text>
      ) : (
        <WideTable label={words.calls} minWidth={480} columns={[words.step, words.answer, words.duration]}>
          {run.calls.map((call) => (
            <Table.Tr key={call.sequence}>
              <FreeCell>{sentence(call)}</FreeCell>
              <FreeCell>
                <Answer call={call} />
              </FreeCell>
              <Table.Td>{Math.round(call.durationMs)} ms</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
    </>
  )
}

const longestAnswer = 2_000

/** What came back, in words; the whole of it is for whoever knows the bot from inside, and folded. */
function Answer({ call }: { call: Call }) {
  const { words } = usePage()
  const said = useSaid()
  const answer = call.answer as { ok?: boolean; value?: unknown; message?: string } | null
  if (answer?.ok === false) return [words.outcomes.refused, said(answer.message ?? '')].filter(Boolean).join(': ')
  const items = (answer?.value as { items?: unknown } | null | undefined)?.items
  const text = JSON.stringify(answer?.value ?? null)
  return (
    <>
      {words.outcomes[call.outcome]}
      {Array.isArray(items) ? ` (${fill(words.entries, { n: items.length })})` : ''}
      {text === 'null' ? null : (
        <details>
          <summary>{words.whole}</summary>
          <Code>{text.length > longestAnswer ? `${text.slice(0, longestAnswer)}…` : text}</Code>
        </details>
      )}
    </>
  )
}

function Limits({ run }: { run: Trace }) {
  const { words, language } = usePage()
  const used = Object.entries(run.used ?? {})
  if (used.length === 0) return null
  const name = (key: string) => (words.limitNames as Readonly<Record<string, string>>)[key] ?? key
  return (
    <>
      <Title order={3} size="h5">
        {words.limits}
      </Title>
      <WideTable label={words.limits} minWidth={300} columns={[words.limit, words.used, words.allowed]}>
        {used.map(([key, amount]) => (
          <Table.Tr key={key}>
            <Table.Td>{name(key)}</Table.Td>
            <Table.Td>{Math.round(amount).toLocaleString(language)}</Table.Td>
            <Table.Td>{run.limits[key]?.toLocaleString(language) ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </>
  )
}
