import { Button, Group, Loader, NumberInput, Stack, Text, Timeline } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ProblemBody } from '../api/problem.ts'
import { useDoing } from '../api/use-doing.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { shownTime } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'
import { useCallSentence } from './calls.tsx'

/** Something that would happen, in the order of time. */
interface Happening {
  readonly at: string
  readonly kind: 'run' | 'mail' | 'change' | 'call' | 'told' | 'refused' | 'failed'
  readonly runId: string
  /** The action, the host that was called, the cause of a run. */
  readonly name: string
  readonly input: unknown
  readonly detail: string | null
}
interface Rehearsal {
  readonly id: string
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly reason: string | null
  readonly timeline?: readonly Happening[]
}

const longestDays = 365
const askedEvery = 1_000

/** The days ahead on a copy of the organisation, as a time line. */
export function Rehearse({ bot, path, mayRun }: Shown) {
  const { session, words, language } = usePage()
  const [days, setDays] = useState<number | string>(30)
  const [id, setId] = useState<string | null>(null)
  const doing = useDoing()
  const sentence = useCallSentence(bot)
  const { value, problem, reload } = useLoaded(`${path} ${id}`, async (signal) =>
    id ? session.api.get<Rehearsal>(`${path}/rehearsals/${encodeURIComponent(id)}`, { signal }) : null,
  )
  const goesOn = value?.status === 'queued' || value?.status === 'running'
  useEffect(() => {
    if (!value || !goesOn) return undefined
    const timer = setTimeout(reload, askedEvery)
    return () => clearTimeout(timer)
  }, [value, goesOn, reload])
  const begin = () =>
    doing.run(async () => {
      const made = await session.api.post<Rehearsal>(`${path}/rehearsals`, { days: Number(days) })
      setId(made.id)
    })
  return (
    <Stack>
      <Text>{words.rehearseText}</Text>
      <Group align="end">
        <NumberInput
          label={words.daysAhead}
          min={1}
          max={longestDays}
          clampBehavior="strict"
          value={days}
          onChange={setDays}
        />
        <Button onClick={begin} loading={doing.busy} disabled={!mayRun || goesOn}>
          {words.beginRehearsal}
        </Button>
      </Group>
      <ProblemAlert problem={told(doing.problem, words.noRehearsal)} />
      <ProblemAlert problem={problem} retry={reload} />
      <div aria-live="polite">
        {goesOn ? (
          <Group>
            <Loader size="sm" aria-label={words.running} />
            <Text>{words.rehearsing}</Text>
          </Group>
        ) : null}
        {value?.status === 'failed' ? <Text>{value.reason}</Text> : null}
        {value?.status === 'done' && !value.timeline?.length ? <Text>{words.rehearsalEmpty}</Text> : null}
        {value?.timeline?.length ? (
          <Timeline>
            {value.timeline.map((one) => (
              <Timeline.Item
                key={`${one.runId} ${one.at} ${one.kind} ${JSON.stringify(one.input)}`}
                title={shownTime(one.at, language)}
              >
                <Text size="sm">
                  {words.happenings[one.kind]}
                  {one.kind === 'run' ? '' : `: ${sentence({ method: 'action', name: one.name, input: one.input })}`}
                  {one.detail ? ` – ${one.detail}` : ''}
                </Text>
              </Timeline.Item>
            ))}
          </Timeline>
        ) : null}
      </div>
    </Stack>
  )
}

/** A platform without rehearsals has no such address. */
const told = (problem: ProblemBody | null, none: string): ProblemBody | null =>
  problem?.status === 404 ? { type: problem.type, status: 404, title: none } : problem
