import { Button, Code, Group, Loader, Stack, Table, Text, Title } from '@mantine/core'
import type { Bot, Call, Run, Trace } from '../api/shapes.ts'
import { hasEnded } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { WideTable } from '../wide-table.tsx'
import { fill, shownTime } from '../words/index.ts'
import { useCallSentence } from './calls.tsx'
import { LogLines } from './log-lines.tsx'
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
  const { session, words, language } = usePage()
  const { value: run, problem, reload } = useRun(id)
  const doing = useDoing()
  const again = (verb: 'replay' | 'rerun') =>
    doing.run(async () => {
      const made = await session.api.post<Pick<Run, 'id'>>(`/bot-runs/${encodeURIComponent(id)}/${verb}`)
      onOpen(made.id)
    }, words.queuedAgain)
  const discard = async () => {
    if (await doing.run(() => session.api.post(`/bot-runs/${encodeURIComponent(id)}/discard`), words.discarded))
      reload()
  }
  if (!run) return problem ? <ProblemAlert problem={problem} retry={reload} /> : <Loader aria-label={words.loading} />
  return (
    <Stack>
      <Group>
        <Button variant="default" size="xs" onClick={onClose}>
          ← {words.runs}
        </Button>
      </Group>
      <Title order={2} size="h4">
        {fill(words.details, { at: shownTime(run.startedAt ?? run.queuedAt, language) })}
      </Title>
      <Text>
        {words.causes[run.triggerKind]} · {words.modes[run.mode]} · {words.states[run.status]} ·{' '}
        {fill(words.attempt, { n: run.attempt })}
      </Text>
      {run.reason ? <Text>{run.reason}</Text> : null}
      {run.error ? <Code block>{[run.error.name, run.error.message].filter(Boolean).join(': ')}</Code> : null}
      {run.summary ? <Text>{run.summary}</Text> : null}
      {mayRun && hasEnded(run) ? (
        <Group>
          <Button variant="default" size="xs" loading={doing.busy} onClick={() => again('replay')}>
            {words.replay}
          </Button>
          <Button variant="default" size="xs" loading={doing.busy} onClick={() => again('rerun')}>
            {words.rerun}
          </Button>
          {run.status === 'failed' ? (
            <Button variant="default" size="xs" loading={doing.busy} onClick={discard}>
              {words.discard}
            </Button>
          ) : null}
        </Group>
      ) : null}
      <ProblemAlert problem={doing.problem} />
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
  const sentence = useCallSentence(bot)
  return (
    <>
      <Title order={3} size="h5">
        {words.calls}
      </Title>
      {run.calls.length === 0 ? (
        <Text>{words.noCalls}</Text>
      ) : (
        <WideTable label={words.calls} minWidth={480}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.step}</Table.Th>
              <Table.Th>{words.answer}</Table.Th>
              <Table.Th>{words.duration}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.calls.map((call) => (
              <Table.Tr key={call.sequence}>
                <Table.Td>{sentence(call)}</Table.Td>
                <Table.Td>{answerOf(call, words.outcomes)}</Table.Td>
                <Table.Td>{Math.round(call.durationMs)} ms</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </>
  )
}

const longestAnswer = 200
function answerOf({ outcome, answer }: Call, outcomes: Readonly<Record<Call['outcome'], string>>): string {
  const said = answer as { ok?: boolean; value?: unknown; code?: string; message?: string } | null
  const text =
    said?.ok === false ? `${said.code}: ${said.message}` : JSON.stringify(said?.value ?? '').replace(/^""$/, '')
  return [outcomes[outcome], text.length > longestAnswer ? `${text.slice(0, longestAnswer)}…` : text]
    .filter(Boolean)
    .join(' · ')
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
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.limit}</Table.Th>
            <Table.Th>{words.used}</Table.Th>
            <Table.Th>{words.allowed}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {used.map(([key, amount]) => (
            <Table.Tr key={key}>
              <Table.Td>{name(key)}</Table.Td>
              <Table.Td>{Math.round(amount).toLocaleString(language)}</Table.Td>
              <Table.Td>{run.limits[key]?.toLocaleString(language) ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
