import { Anchor, Button, Group, Loader, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { hasEnded, type Page, type Run, type Statistics, shownStatus } from '../api/shapes.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { useWatched } from '../api/use-watched.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { useSaid } from '../said.ts'
import { useTimes } from '../times.ts'
import { useFocusHere } from '../use-focus-here.ts'
import { FreeCell, WideTable } from '../wide-table.tsx'
import type { Shown } from './bot-room.tsx'
import { FailedRuns } from './failed-runs.tsx'
import { RunTrace } from './run-trace.tsx'
import { useCauses, useDeeds } from './run-words.ts'

const aPage = 20

/** What failed and waits for somebody, then the newest runs first, and one of them with everything it did. */
export function Runs(shown: Shown) {
  const { session, words } = usePage()
  const time = useTimes()
  const [cursors, setCursors] = useState<readonly string[]>([])
  const [open, setOpen] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  const cursor = cursors.at(-1)
  const query = `${shown.path}/runs?limit=${aPage}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
  const { value, problem, loading, reload } = useWatched(
    query,
    (signal) => session.api.get<Page<Run>>(query, { signal }),
    { goesOn: ({ items }) => items.some((run) => !hasEnded(run)), everyMs: 2_000 },
  )
  const cause = useCauses(value?.items ?? [])
  const heading = useFocusHere(`${open} ${cursor}`)
  if (open)
    return <RunTrace id={open} bot={shown.bot} mayRun={shown.mayRun} onClose={() => setOpen(null)} onOpen={setOpen} />
  const again = () => {
    setRound(round + 1)
    reload()
    // Failures in a row switch a bot off.
    shown.reload()
  }
  const next = value?.page.nextCursor
  return (
    <Stack>
      <Figures path={shown.path} />
      <FailedRuns {...shown} onOpen={setOpen} round={round} onChanged={again} />
      <Title order={2} size="h4" ref={heading} tabIndex={-1}>
        {words.allRuns}
      </Title>
      <ProblemAlert problem={problem} retry={reload} />
      {loading && !value ? <Loader aria-label={words.loading} /> : null}
      {value?.items.length === 0 ? <Text>{words.noRuns}</Text> : null}
      {value && value.items.length > 0 ? (
        <WideTable
          label={words.runs}
          minWidth={560}
          columns={[words.started, words.cause, words.status, words.summary]}
          does={words.show}
        >
          {value.items.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                {/* On a narrow screen the button at the end of the line is out of sight. */}
                <Anchor component="button" type="button" size="sm" ta="start" onClick={() => setOpen(run.id)}>
                  {time(run.startedAt ?? run.queuedAt)}
                </Anchor>
              </Table.Td>
              <FreeCell>{cause(run)}</FreeCell>
              <Table.Td>{words.states[shownStatus(run)]}</Table.Td>
              <FreeCell>
                <Done run={run} />
              </FreeCell>
              <Table.Td>
                <Button variant="default" size="compact-sm" onClick={() => setOpen(run.id)}>
                  {words.show}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      ) : null}
      <Group>
        <Button variant="default" size="xs" onClick={again}>
          {words.refresh}
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

/** What the bot says of it, what it changed, or why it came to nothing. */
function Done({ run }: { run: Run }) {
  const { words } = usePage()
  const said = useSaid()
  const deeds = useDeeds()(run)
  const says = run.summary ?? said(run.reason ?? '')
  return (
    <>
      {says}
      {deeds.length > 0 ? (
        <Text size="sm" c="dimmed">
          {run.mode === 'dry' ? words.wouldDo : words.did}: {deeds.join(', ')}
        </Text>
      ) : null}
    </>
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
