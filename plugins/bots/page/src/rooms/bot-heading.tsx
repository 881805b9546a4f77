import { Alert, Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useDoing } from '../api/use-doing.ts'
import { Ask } from '../ask.tsx'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { Sentences } from '../sentences.tsx'
import { useTimes } from '../times.ts'
import { useFocusHere } from '../use-focus-here.ts'
import { fill } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'
import { BotState } from './bot-state.tsx'
import { RunEnd } from './run-end.tsx'
import { useRun } from './use-run.ts'

/** What the bot is, whether it works, and the switch. */
export function BotHeading({ bot, path, etag, mayChange, reload, onRuns }: Shown & { onRuns: () => void }) {
  const { session, words } = usePage()
  const time = useTimes()
  const doing = useDoing()
  const [sure, setSure] = useState(false)
  const heading = useFocusHere(bot)
  const turn = async (on: boolean) => {
    setSure(false)
    const act = () => session.api.post(`${path}/${on ? 'enable' : 'disable'}`, undefined, { ifMatch: etag })
    if (await doing.run(act, on ? words.switchedOn : words.switchedOff)) reload()
  }
  const turnOn = (
    <Button loading={doing.busy} onClick={() => turn(true)}>
      {words.turnOn}
    </Button>
  )
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="start">
        <Group gap="sm">
          <Title order={1} ref={heading} tabIndex={-1}>
            {bot.title}
          </Title>
          <BotState bot={bot} />
        </Group>
        {bot.enabled && mayChange ? (
          <Button variant="default" loading={doing.busy} onClick={() => setSure(true)}>
            {words.turnOff}
          </Button>
        ) : null}
      </Group>
      <Text>{bot.description}</Text>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {fill(words.version, { version: bot.version ?? bot.newestVersion })}
        </Text>
        {bot.upgrade ? (
          <Badge variant="default" tt="none">
            {fill(words.upgradeAvailable, { version: bot.upgrade.version })}
          </Badge>
        ) : null}
      </Group>
      {bot.stopped ? (
        <Alert variant="default" title={words.stopped} role="alert">
          <Stack gap="xs">
            <Text size="sm">
              {fill(words.stoppedText, { failures: bot.stopped.failures, at: time(bot.stopped.at) })}
            </Text>
            {bot.lastRun ? <LastFailure id={bot.lastRun.id} /> : null}
            <Group>
              <Button variant="default" onClick={onRuns}>
                {words.showFailed}
              </Button>
              {mayChange ? turnOn : null}
            </Group>
          </Stack>
        </Alert>
      ) : null}
      {bot.installed && !bot.enabled && !bot.stopped ? (
        <Alert variant="default" title={words.offNow}>
          <Stack gap="xs">
            <Text size="sm">{words.offNowText}</Text>
            {mayChange ? <Group>{turnOn}</Group> : null}
          </Stack>
        </Alert>
      ) : null}
      <ProblemAlert problem={doing.problem} bot={bot} />
      <Ask
        opened={sure}
        title={fill(words.turnOffSure, { title: bot.title })}
        yes={words.turnOff}
        onYes={() => turn(false)}
        onNo={() => setSure(false)}
      >
        <Sentences texts={words.turnOffText} />
      </Ask>
    </Stack>
  )
}

function LastFailure({ id }: { id: string }) {
  const { value } = useRun(id)
  return value ? <RunEnd run={value} /> : null
}
