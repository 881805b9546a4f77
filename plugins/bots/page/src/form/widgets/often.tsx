import { Select } from '@mantine/core'
import { usePage } from '../../page-context.ts'
import { fill } from '../../words/index.ts'
import { intervals, type Often } from '../cron-times.ts'

const hours = Array.from({ length: 24 }, (_, hour) => String(hour))
const inHours = (hour: string) => `${hour.padStart(2, '0')}:00`

/** Several times a day: how far apart, and between which hours. */
export function OftenFields({ times, onChange }: { times: Often; onChange: (times: Often) => void }) {
  const { words } = usePage()
  const minute = String(times.minute).padStart(2, '0')
  return (
    <>
      <Select
        label={words.apart}
        data={intervals.map((n) => ({
          value: String(n),
          label: n === 60 ? fill(words.eachHour, { minute }) : fill(words.eachMinutes, { n }),
        }))}
        value={String(times.every)}
        onChange={(every) => every !== null && onChange({ ...times, every: Number(every) })}
        allowDeselect={false}
      />
      <Select
        label={words.fromHour}
        data={hours.slice(0, times.to + 1).map((value) => ({ value, label: inHours(value) }))}
        value={String(times.from)}
        onChange={(from) => from !== null && onChange({ ...times, from: Number(from) })}
        allowDeselect={false}
      />
      <Select
        label={words.toHour}
        data={hours.slice(times.from).map((value) => ({ value, label: `${value.padStart(2, '0')}:59` }))}
        value={String(times.to)}
        onChange={(to) => to !== null && onChange({ ...times, to: Number(to) })}
        allowDeselect={false}
      />
    </>
  )
}
