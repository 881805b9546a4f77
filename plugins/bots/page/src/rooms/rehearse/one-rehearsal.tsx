import { Button, Group, Loader, Progress, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { goesOn, type Rehearsal, type RehearsalWithTimeline } from '../../api/rehearsals.ts'
import type { Bot } from '../../api/shapes.ts'
import { useDoing } from '../../api/use-doing.ts'
import { useWatched } from '../../api/use-watched.ts'
import { usePage } from '../../page-context.ts'
import { ProblemAlert } from '../../problem-alert.tsx'
import { useSaid } from '../../said.ts'
import { useTimes } from '../../times.ts'
import { fill } from '../../words/index.ts'
import { Counts } from './counts.tsx'
import { Happenings } from './happenings.tsx'

interface OneRehearsalProps {
  readonly id: string
  /** Address of the bot's rehearsals. */
  readonly at: string
  readonly bot: Bot
  readonly mayRun: boolean
  /** Somebody asked for it just now, and is led to it. */
  readonly asked: boolean
  readonly onEnd: () => void
}

/** One rehearsal: how far it is, then what would happen. */
export function OneRehearsal({ id, at, bot, mayRun, asked, onEnd }: OneRehearsalProps) {
  const { session, words } = usePage()
  const time = useTimes()
  const said = useSaid()
  const doing = useDoing()
  const address = `${at}/${encodeURIComponent(id)}`
  const { value, problem, reload } = useWatched(
    address,
    (signal) => session.api.get<RehearsalWithTimeline>(address, { signal }),
    { goesOn, everyMs: 1_000 },
  )
  const over = value !== null && !goesOn(value)
  useEffect(() => {
    if (over) onEnd()
  }, [over, onEnd])
  const heading = useRef<HTMLHeadingElement>(null)
  const isThere = value !== null
  useEffect(() => {
    if (asked && isThere) heading.current?.focus()
  }, [asked, isThere])
  const cancel = async () => {
    if (await doing.run(() => session.api.post(`${address}/cancel`), words.rehearsalStates.cancelled)) reload()
  }
  if (!value) return problem ? <ProblemAlert problem={problem} retry={reload} /> : <Loader aria-label={words.loading} />
  return (
    <Stack gap="sm">
      <Title order={2} size="h4" ref={heading} tabIndex={-1}>
        {fill(words.rehearsalOf, { at: time(value.createdAt), days: value.days })}
      </Title>
      <div aria-live="polite">
        {over ? (
          <>
            <Text>
              {words.rehearsalStates[value.status]}
              {value.reason ? `: ${said(value.reason)}` : ''}
            </Text>
            <Counts counts={value.counts} />
          </>
        ) : (
          <Text>{words.rehearsing}</Text>
        )}
      </div>
      {over ? null : <HowFar rehearsal={value} />}
      {mayRun && !over ? (
        <Group>
          <Button variant="default" size="xs" loading={doing.busy} onClick={cancel}>
            {words.cancelRehearsal}
          </Button>
        </Group>
      ) : null}
      <ProblemAlert problem={doing.problem} />
      {value.status === 'done' ? <Happenings bot={bot} timeline={value.timeline} counts={value.counts} /> : null}
    </Stack>
  )
}

function HowFar({ rehearsal }: { rehearsal: Rehearsal }) {
  const { words } = usePage()
  const time = useTimes()
  const { createdAt, reachedAt, days } = rehearsal
  const passed = reachedAt ? (Date.parse(reachedAt) - Date.parse(createdAt)) / (days * 86_400_000) : 0
  const percent = Math.round(Math.min(1, Math.max(0, passed)) * 100)
  return (
    <>
      <Progress value={percent} aria-label={words.howFar} />
      {reachedAt ? <Text size="sm">{fill(words.reached, { at: time(reachedAt) })}</Text> : null}
    </>
  )
}
