import { Button, Group, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { goesOn, type Rehearsal } from '../../api/rehearsals.ts'
import { useDoing } from '../../api/use-doing.ts'
import { useWatched } from '../../api/use-watched.ts'
import { type Bag, BotForm } from '../../form/bot-form.tsx'
import { usePage } from '../../page-context.ts'
import { ProblemAlert } from '../../problem-alert.tsx'
import type { Shown } from '../bot-room.tsx'
import { EarlierRehearsals } from './earlier-rehearsals.tsx'
import { OneRehearsal } from './one-rehearsal.tsx'

const usualDays = 30
const longestDays = 365

/** The days ahead on a copy of the organisation. Whoever comes back sees the one that is under way. */
export function Rehearse({ bot, path, mayRun }: Shown) {
  const { session, words } = usePage()
  const [value, setValue] = useState<Bag>({ days: usualDays })
  const [chosen, setChosen] = useState<string | null>(null)
  const doing = useDoing()
  const at = `${path}/rehearsals`
  const list = useWatched(
    at,
    async (signal) => (await session.api.get<{ items: readonly Rehearsal[] }>(at, { signal })).items,
    { goesOn: (all) => all.some(goesOn), everyMs: 3_000 },
  )
  const underWay = list.value?.find(goesOn)?.id ?? null
  const shown = chosen ?? underWay
  const begin = (filledIn: Bag) =>
    doing.run(async () => {
      const made = await session.api.post<Rehearsal>(at, filledIn)
      setChosen(made.id)
      list.reload()
    })
  const schema = useMemo(
    () => ({
      type: 'object',
      required: ['days'],
      properties: {
        days: { type: 'integer', title: words.daysAhead, minimum: 1, maximum: longestDays },
        groupId: { type: 'string', format: 'group', title: words.onlyGroup, description: words.onlyGroupText },
      },
    }),
    [words],
  )
  return (
    <Stack>
      <Text>{words.rehearseText}</Text>
      {bot.triggers.cron ? null : <Text>{words.rehearseNoTimes}</Text>}
      {mayRun ? (
        <BotForm
          name="rehearsal"
          schema={schema}
          uiSchema={{}}
          value={value}
          extras={{ botId: bot.id, hosts: [] }}
          busy={doing.busy || underWay !== null}
          problem={doing.problem}
          onChange={setValue}
          onSubmit={begin}
        >
          <Group mt="sm">
            <Button type="submit" loading={doing.busy} disabled={underWay !== null}>
              {words.beginRehearsal}
            </Button>
          </Group>
        </BotForm>
      ) : null}
      <ProblemAlert problem={doing.problem} />
      <ProblemAlert problem={list.problem} retry={list.reload} />
      {shown ? (
        <OneRehearsal
          key={shown}
          id={shown}
          at={at}
          bot={bot}
          mayRun={mayRun}
          asked={chosen !== null}
          onEnd={list.reload}
        />
      ) : null}
      <EarlierRehearsals items={list.value ?? []} shown={shown} onShow={setChosen} />
    </Stack>
  )
}
