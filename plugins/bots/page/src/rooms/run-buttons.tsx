import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { type Bot, hasEnded, type Run } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { Ask } from '../ask.tsx'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { Sentences } from '../sentences.tsx'
import { fill } from '../words/index.ts'

interface RunButtonsProps {
  readonly bot: Bot
  /** Newest first; each that failed is discarded, the first is replayed or run again. */
  readonly runs: readonly [Run, ...Run[]]
  /** Shows another run: what a replay or a second run made. */
  readonly onOpen: (id: string) => void
  readonly onDiscarded: () => void
}

/** What a person does with a run that has ended. */
export function RunButtons({ bot, runs, onOpen, onDiscarded }: RunButtonsProps) {
  const { session, words } = usePage()
  const doing = useDoing()
  const [sure, setSure] = useState<'rerun' | 'discard' | null>(null)
  const [run] = runs
  const address = (id: string, verb: string) => `/bot-runs/${encodeURIComponent(id)}/${verb}`
  const again = (verb: 'replay' | 'rerun') =>
    doing.run(
      async () => onOpen((await session.api.post<Pick<Run, 'id'>>(address(run.id, verb))).id),
      words.queuedAgain,
    )
  const discard = async () => {
    const act = async () => {
      for (const { id } of runs) await session.api.post(address(id, 'discard'))
    }
    if (await doing.run(act, words.discarded)) onDiscarded()
  }
  if (!hasEnded(run)) return null
  const inEarnest = run.mode === 'live'
  return (
    <>
      <Group>
        {run.mode === 'replay' ? null : (
          <Button variant="default" size="xs" loading={doing.busy} onClick={() => again('replay')}>
            {words.replay}
          </Button>
        )}
        {inEarnest ? (
          <Button
            variant="default"
            size="xs"
            loading={doing.busy}
            disabled={!bot.enabled}
            onClick={() => setSure('rerun')}
          >
            {words.rerun}
          </Button>
        ) : null}
        {run.status === 'failed' ? (
          <Button variant="default" size="xs" loading={doing.busy} onClick={() => setSure('discard')}>
            {words.discard}
          </Button>
        ) : null}
      </Group>
      {run.mode === 'replay' ? null : <Text size="sm">{words.replayText}</Text>}
      {inEarnest && !bot.enabled ? <Text size="sm">{words.rerunNeedsOn}</Text> : null}
      <ProblemAlert problem={doing.problem} />
      <Ask
        opened={sure === 'rerun'}
        title={words.rerunSure}
        yes={words.rerun}
        onYes={() => {
          setSure(null)
          void again('rerun')
        }}
        onNo={() => setSure(null)}
      >
        <Sentences texts={words.rerunText} />
      </Ask>
      <Ask
        opened={sure === 'discard'}
        title={fill(words.discardSure, { n: runs.length })}
        yes={words.discard}
        onYes={() => {
          setSure(null)
          void discard()
        }}
        onNo={() => setSure(null)}
      >
        <Sentences texts={words.discardText} />
      </Ask>
    </>
  )
}
