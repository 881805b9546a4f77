import { Fieldset, Group, List, NumberInput, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useLoaded } from '../../api/use-loaded.ts'
import { usePage } from '../../page-context.ts'
import { shownTime } from '../../words/index.ts'
import { type CronTimes, readCron, writeCron } from '../cron-times.ts'
import { inputOf, type Widget } from '../form-extras.ts'
import { OftenFields } from './often.tsx'

const usual = '07:00'

/** Monday first; cron counts from Sunday. */
const weekdays = (language: string) =>
  [1, 2, 3, 4, 5, 6, 0].map((day) => ({
    value: String(day),
    // 4 January 1970 was a Sunday.
    label: new Date(Date.UTC(1970, 0, 4 + day)).toLocaleDateString(language, { weekday: 'long', timeZone: 'UTC' }),
  }))

/** Times to choose; whoever knows cron writes it. The next runs are shown as the server counts them. */
export function CronWidget(props: Widget) {
  const { words, language } = usePage()
  const expression = (props.value as string | undefined) ?? ''
  const times = readCron(expression)
  const time = 'time' in times ? times.time : usual
  const { id, label, description, disabled, error } = inputOf(props)
  const change = (next: CronTimes) => props.onChange(writeCron(next) || undefined)
  const choose = (kind: string | null) => {
    if (kind === 'other') change({ kind, expression: '0 7 1-7 * 1' })
    else if (kind === 'weekly') change({ kind, time, weekday: 1 })
    else if (kind === 'monthly') change({ kind, time, day: 1 })
    else if (kind === 'often') change({ kind, every: 60, minute: 0, from: 8, to: 20 })
    else if (kind === 'daily' || kind === 'weekdays') change({ kind, time })
  }
  return (
    <Fieldset legend={label} disabled={disabled}>
      {description ? (
        <Text size="sm" mb="xs">
          {description}
        </Text>
      ) : null}
      <Group align="start">
        <Select
          id={id}
          label={words.frequency}
          data={[
            { value: 'daily', label: words.daily },
            { value: 'weekdays', label: words.weekdays },
            { value: 'weekly', label: words.weekly },
            { value: 'monthly', label: words.monthly },
            { value: 'often', label: words.often },
            { value: 'other', label: words.ownTimes },
          ]}
          value={expression ? times.kind : null}
          placeholder={words.choose}
          onChange={choose}
          error={times.kind === 'other' ? undefined : error}
        />
        {times.kind === 'weekly' ? (
          <Select
            label={words.onWeekday}
            data={weekdays(language)}
            value={String(times.weekday)}
            onChange={(day) => day !== null && change({ ...times, weekday: Number(day) })}
          />
        ) : null}
        {times.kind === 'monthly' ? (
          <NumberInput
            label={words.onDay}
            min={1}
            max={31}
            clampBehavior="strict"
            value={times.day}
            onChange={(day) => typeof day === 'number' && change({ ...times, day })}
          />
        ) : null}
        {times.kind === 'often' ? <OftenFields times={times} onChange={change} /> : null}
        {times.kind === 'other' ? (
          expression ? (
            <TextInput
              label={words.expression}
              description={words.expressionText}
              value={expression}
              error={error}
              onChange={({ currentTarget }) => change({ kind: 'other', expression: currentTarget.value })}
            />
          ) : null
        ) : times.kind === 'often' ? null : (
          <TextInput
            type="time"
            label={words.atTime}
            value={times.time}
            onChange={({ currentTarget }) => currentTarget.value && change({ ...times, time: currentTarget.value })}
          />
        )}
      </Group>
      {expression ? <NextRuns cron={expression} botId={props.registry.formContext.botId} /> : null}
    </Fieldset>
  )
}

interface Upcoming {
  readonly timeZone?: string
  readonly next: readonly string[]
}

function NextRuns({ cron, botId }: { cron: string; botId: string }) {
  const { session, words, language } = usePage()
  const [settled] = useDebouncedValue(cron, 300)
  const path = `/bots/${encodeURIComponent(botId)}/next-runs?cron=${encodeURIComponent(settled)}`
  // What is wrong with an expression is told at its field.
  const { value } = useLoaded(path, (signal) => session.api.get<Upcoming>(path, { signal }).catch(() => null))
  if (!value?.next.length) return null
  return (
    <>
      <Text size="sm" fw={600} mt="sm">
        {words.nextRuns}
        {value.timeZone ? ` (${value.timeZone})` : ''}
      </Text>
      <List size="sm">
        {value.next.slice(0, 5).map((at) => (
          <List.Item key={at}>{shownTime(at, language, { timeZone: value.timeZone, weekday: true })}</List.Item>
        ))}
      </List>
    </>
  )
}
