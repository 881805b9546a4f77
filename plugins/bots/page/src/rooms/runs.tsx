import { Button, Group, Loader, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { Page, Run, Statistics } from '../api/shapes.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { WideTable } from '../wide-table.tsx'
import { shownTime } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'
import { RunTrace } from './run-trace.tsx'

const aPage = 20

/** The newest runs first, and one of them with everything it did. */
export function Runs(shown: Shown) {
  const { session, words, language } = usePage()
  const [cursors, setCursors] = useState<readonly string[]>([])
  const [open, setOpen] = useState<string | null>(null)
  const cursor = cursors.at(-1)
  const query = `${shown.path}/runs?limit=${aPage}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
  const { value, problem, loading, reload } = useLoaded(query, (signal) =>
    session.api.get<Page<Run>>(query, { signal }),
  )
  if (open)
    return <RunTrace id={open} bot={shown.bot} mayRun={shown.mayRun} onClose={() => setOpen(null)} onOpen={setOpen} />
  const next = value?.page.nextCursor
  return (
    <Stack>
      <Figures path={shown.path} />
      <ProblemAlert problem={problem} retry={reload} />
      {loading && !value ? <Loader aria-label={words.loading} /> : null}
      {value?.items.length === 0 ? <Text>{words.noRuns}</Text> : null}
      {value && value.items.length > 0 ? (
        <WideTable label={words.runs} minWidth={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.started}</Table.Th>
              <Table.Th>{words.cause}</Table.Th>
              <Table.Th>{words.status}</Table.Th>
              <Table.Th>{words.summary}</Table.Th>
              <Table.Th>
                <span aria-hidden="true" />
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {value.items.map((run) => (
              <Table.Tr key={run.id}>
                <Table.Td>{shownTime(run.startedAt ?? run.queuedAt, language)}</Table.Td>
                <Table.Td>
                  {words.causes[run.triggerKind]}
                  {run.mode === 'live' ? '' : ` (${words.modes[run.mode]})`}
                </Table.Td>
                <Table.Td>{words.states[run.status]}</Table.Td>
                <Table.Td>{run.summary ?? run.reason ?? ''}</Table.Td>
                <Table.Td>
                  <Button variant="default" size="compact-sm" onClick={() => setOpen(run.id)}>
                    {words.show}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      ) : null}
      <Group>
        <Button variant="default" size="xs" onClick={reload} loading={loading}>
          {words.reload}
        </Button>
        {next ? (
          <Button variant="default" size="xs" onClick={() => setCursors([...cursors, next])}>
            {words.older}
          </Button>
        ) : null}
      </Group>
    </Stack>
  )
}

function Figures({ path }: { path: string }) {
  const { session, words, language } = usePage()
  const { value } = useLoaded(`${path} figures`, (signal) =>
    session.api.get<Statistics>(`${path}/statistics`, { signal }).catch(() => null),
  )
  if (!value || value.successRate === null) return null
  const rate = value.successRate.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 })
  return (
    <Text>
      {words.statistics}: {words.runsTotal} {value.runs.total.toLocaleString(language)} · {words.successRate} {rate}
      {value.durationMs === null
        ? ''
        : ` · ${words.p95} ${Math.round(value.durationMs.p95).toLocaleString(language)} ms`}
    </Text>
  )
}
