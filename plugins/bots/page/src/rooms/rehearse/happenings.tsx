import { Stack, Switch, Text, Timeline } from '@mantine/core'
import { useState } from 'react'
import type { Happening, Rehearsal } from '../../api/rehearsals.ts'
import type { Bot, Run } from '../../api/shapes.ts'
import { usePage } from '../../page-context.ts'
import { useSaid } from '../../said.ts'
import { useTimes } from '../../times.ts'
import { fill } from '../../words/index.ts'
import { useCallSentence } from '../calls.tsx'

const asCall = ({ kind, name, input }: Happening) => ({ method: kind === 'call' ? 'fetch' : 'action', name, input })
const isOfRun = ({ kind }: Happening): boolean => kind === 'run' || kind === 'failed'

/** The time line as sentences: when, what, and to whom. Runs that do nothing are left out until somebody wants them. */
export function Happenings(o: {
  readonly bot: Bot
  readonly timeline: readonly Happening[]
  readonly counts: Rehearsal['counts']
}) {
  const { words, language } = usePage()
  const time = useTimes()
  const said = useSaid()
  const [idle, setIdle] = useState(false)
  const sentence = useCallSentence(o.bot, o.timeline.filter((one) => !isOfRun(one)).map(asCall))
  const busy = new Set(o.timeline.filter(({ kind }) => kind !== 'run').map(({ runId }) => runId))
  const shown = idle ? o.timeline : o.timeline.filter(({ runId }) => busy.has(runId))
  const all = Object.values(o.counts ?? {}).reduce((sum, n) => sum + n, 0)
  const says = (one: Happening): string => {
    const what = words.happenings[one.kind]
    const about = isOfRun(one) ? words.causes[one.name as Run['triggerKind']] : sentence(asCall(one))
    return `${what}: ${about}${one.detail ? ` – ${said(one.detail)}` : ''}`
  }
  return (
    <Stack gap="sm">
      {busy.size === 0 ? <Text>{words.rehearsalEmpty}</Text> : null}
      {o.timeline.length > 0 ? (
        <Switch
          label={words.showIdleRuns}
          checked={idle}
          onChange={({ currentTarget }) => setIdle(currentTarget.checked)}
        />
      ) : null}
      <Timeline>
        {shown.map((one) => (
          // A time line does not change; two of its entries may say the same.
          <Timeline.Item key={o.timeline.indexOf(one)} title={time(one.at, { weekday: true })}>
            <Text size="sm">{says(one)}</Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {all > o.timeline.length ? (
        <Text size="sm">
          {fill(words.furtherHappenings, { n: (all - o.timeline.length).toLocaleString(language) })}
        </Text>
      ) : null}
    </Stack>
  )
}
