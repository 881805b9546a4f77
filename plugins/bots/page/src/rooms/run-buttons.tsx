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
  /** Of the error the first failed by. */
  readonly code: string | undefined
  /** Newest first; each that failed goes on or is discarded, the first is replayed or run again. */
  readonly runs: readonly [Run, ...Run[]]
  /** Shows another run: what a replay or a second run made. */
  readonly onOpen: (id: string) => void
  /** The same runs stand otherwise now. */
  readonly onChanged: () => void
}

/** Going on asks nothing again that was answered: it helps where the cause lay elsewhere, and may be over. */
const cameFromOutside = ({ ended }: Run, code: string | undefined): boolean =>
  ended === 'error' ? code === 'UNAVAILABLE' : ['infra', 'timeout', 'crash', 'denied'].includes(ended ?? '')

/** What a person does with a run that has ended. */
export function RunButtons({ bot, runs, code, onOpen, onChanged }: RunButtonsProps) {
  const { session, words } = usePage()
  const doing = useDoing()
  const [sure, setSure] = useState<'retry' | 'rerun' | 'discard' | null>(null)
  const [run] = runs
  const address = (id: string, verb: string) => `/bot-runs/${encodeURIComponent(id)}/${verb}`
  const again = (verb: 'replay' | 'rerun') =>
    doing.run(
      async () => onOpen((await session.api.post<Pick<Run, 'id'>>(address(run.id, verb))).id),
      words.queuedAgain,
    )
  const withEach = async (verb: 'retry' | 'discard', done: string) => {
    const act = async () => {
      for (const { id } of runs) await session.api.post(address(id, verb))
    }
    if (await doing.run(act, done)) onChanged()
  }
  if (!hasEnded(run)) return null
  const inEarnest = run.mode === 'live'
  const mayGoOn = inEarnest && run.status === 'failed' && cameFromOutside(run, code)
  return (
    <>
      <Group>
        {run.mode === 'replay' ? null : (
          <Button variant="default" size="xs" loading={doing.busy} onClick={() => again('replay')}>
            {words.replay}
          </Button>
        )}
        {mayGoOn ? (
          <Button
            variant="default"
            size="xs"
            loading={doing.busy}
            disabled={!bot.enabled}
            onClick={() => setSure('retry')}
          >
            {words.retry}
          </Button>
        ) : null}
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
        opened={sure === 'retry'}
        title={fill(words.retrySure, { n: runs.length })}
        yes={words.retry}
        onYes={() => {
          setSure(null)
          void withEach('retry', words.queuedAgain)
        }}
        onNo={() => setSure(null)}
      >
        <Sentences texts={words.retryText} />
      </Ask>
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
          void withEach('discard', words.discarded)
        }}
        onNo={() => setSure(null)}
      >
        <Sentences texts={words.discardText} />
      </Ask>
    </>
  )
}
