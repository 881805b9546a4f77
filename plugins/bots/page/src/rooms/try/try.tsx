import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import type { Run, SampleEvent } from '../../api/shapes.ts'
import { useDoing } from '../../api/use-doing.ts'
import { useLoaded } from '../../api/use-loaded.ts'
import { Ask } from '../../ask.tsx'
import { type Bag, BotForm } from '../../form/bot-form.tsx'
import { usePage } from '../../page-context.ts'
import { ProblemAlert } from '../../problem-alert.tsx'
import { useTimes } from '../../times.ts'
import type { Shown } from '../bot-room.tsx'
import { Outcome } from './outcome.tsx'
import { type Way, waysOf } from './ways.ts'

/** A dry run with whatever starts the bot, and the real one where people start it. */
export function Try({ bot, path, mayRun }: Shown) {
  const { session, words } = usePage()
  const time = useTimes()
  const [chosen, setChosen] = useState<string | null>(null)
  const [runId, setRunId] = useState<string | null>(null)
  const at = `${path}/sample-events`
  const samples = useLoaded(`${at} ${mayRun}`, async (signal) =>
    mayRun && bot.triggers.events?.length
      ? (await session.api.get<{ items: readonly SampleEvent[] }>(at, { signal })).items
      : [],
  )
  if (!mayRun) return <Text>{words.mayNotRun}</Text>
  if (samples.problem) return <ProblemAlert problem={samples.problem} retry={samples.reload} />
  if (!samples.value) return null
  const ways = waysOf(bot, samples.value, { words, time })
  const way = ways.find(({ key }) => key === chosen) ?? ways[0]
  return (
    <Stack>
      <Text>{words.tryText}</Text>
      <Select
        label={words.tryAs}
        data={ways.map(({ key, title }) => ({ value: key, label: title }))}
        value={way?.key ?? null}
        onChange={setChosen}
        allowDeselect={false}
        maw={560}
      />
      {way ? <OneWay key={way.key} way={way} bot={bot} path={path} onStarted={setRunId} /> : null}
      <div aria-live="polite">{runId ? <Outcome key={runId} id={runId} bot={bot} /> : null}</div>
    </Stack>
  )
}

interface OneWayProps extends Pick<Shown, 'bot' | 'path'> {
  readonly way: Way
  /** Null: the one before is no longer of interest. */
  readonly onStarted: (runId: string | null) => void
}

function OneWay({ way, bot, path, onStarted }: OneWayProps) {
  const { session, words } = usePage()
  const [given, setGiven] = useState<Bag>(way.first)
  const [sure, setSure] = useState<Bag | null>(null)
  /** Which of the two buttons was pressed. */
  const real = useRef(false)
  const doing = useDoing()
  const extras = useMemo(() => ({ botId: bot.id, hosts: bot.settings?.consent.hosts ?? [] }), [bot])
  const start = (dryRun: boolean, filledIn: Bag) => {
    setSure(null)
    void doing.run(async () => {
      onStarted(null)
      const { id } = await session.api.post<Pick<Run, 'id'>>(`${path}/run`, { dryRun, ...way.body(filledIn) })
      onStarted(id)
    })
  }
  /** One form, two buttons: each begins what it says once the form is right. */
  const submit = (filledIn: Bag) => (real.current ? setSure(filledIn) : start(true, filledIn))
  const buttons = (
    <>
      <Group mt="sm">
        <Button
          type="submit"
          loading={doing.busy}
          onClick={() => {
            real.current = false
          }}
        >
          {words.dryRun}
        </Button>
        {way.forReal ? (
          <Button
            type="submit"
            variant="default"
            disabled={doing.busy || !bot.enabled}
            onClick={() => {
              real.current = true
            }}
          >
            {words.runNow}
          </Button>
        ) : null}
      </Group>
      {way.forReal && !bot.enabled ? (
        <Text size="sm" mt="xs">
          {words.runNeedsOn}
        </Text>
      ) : null}
      {way.forReal ? null : (
        <Text size="sm" mt="xs">
          {words.notByHand}
        </Text>
      )}
    </>
  )
  return (
    <>
      {way.hint ? <Text size="sm">{way.hint}</Text> : null}
      {way.schema ? (
        <BotForm
          name="input"
          schema={way.schema}
          uiSchema={way.key === 'webhook' ? { body: { 'ui:widget': 'textarea', 'ui:options': { rows: 4 } } } : {}}
          value={given}
          extras={extras}
          busy={doing.busy}
          problem={doing.problem}
          onChange={setGiven}
          onSubmit={submit}
        >
          {buttons}
        </BotForm>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            submit({})
          }}
        >
          {buttons}
        </form>
      )}
      <ProblemAlert problem={doing.problem} />
      <Ask
        opened={sure !== null}
        title={words.runNow}
        yes={words.runNow}
        onYes={() => sure && start(false, sure)}
        onNo={() => setSure(null)}
      >
        <Text>{words.runNowText}</Text>
      </Ask>
    </>
  )
}
