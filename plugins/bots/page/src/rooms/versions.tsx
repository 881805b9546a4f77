import { Button, Divider, Group, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { botAddress } from '../api/session.ts'
import type { Consent } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { Ask } from '../ask.tsx'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { Sentences } from '../sentences.tsx'
import { fill } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'

/** Which version runs, what a newer one asks for, the way back, and the way out. */
export function Versions({ bot, etag, path, mayChange, reload }: Shown) {
  const { session, words } = usePage()
  const [sure, setSure] = useState(false)
  const doing = useDoing()
  const previousVersion = bot.settings?.previousVersion
  const [asked, setAsked] = useState<Asked | null>(null)
  /** A version that asks for more is refused with what it asks for; agreeing to exactly that sends it again. */
  const go = async (verb: 'upgrade' | 'rollback', consent?: Consent) => {
    setAsked(null)
    const done = verb === 'upgrade' ? words.upgraded : words.rolledBack
    const act = () =>
      session.api.post(`${path}/${verb}`, consent ? { consent } : {}, { ifMatch: etag }).catch((thrown: unknown) => {
        const asks = thrown instanceof ApiProblem ? thrown.body.asks : undefined
        if (!asks) throw thrown
        setAsked({ verb, ...asks })
        return null
      })
    await doing.run(async () => {
      if (!(await act())) return
      notifications.show({ message: done, color: 'teal', withCloseButton: false })
      reload()
    })
  }
  const uninstall = async () => {
    setSure(false)
    if (await doing.run(() => session.api.call('DELETE', path, { ifMatch: etag }), words.uninstalled))
      location.assign(botAddress())
  }
  return (
    <Stack>
      <Text>{fill(words.versionsText, { version: bot.version ?? '' })}</Text>
      <ProblemAlert problem={doing.problem} bot={bot} />
      {bot.upgrade ? (
        <Stack gap="xs">
          <Text>{bot.upgrade.asksMore.length > 0 ? words.upgradeAsks : words.upgradeSame}</Text>
          <Sentences texts={bot.upgrade.asksMore} />
          <Text size="sm">{words.upgradeSettings}</Text>
          {mayChange ? (
            <Group>
              <Button loading={doing.busy} onClick={() => go('upgrade')}>
                {fill(words.upgrade, { version: bot.upgrade.version })}
              </Button>
            </Group>
          ) : null}
        </Stack>
      ) : (
        <Text>{words.newest}</Text>
      )}
      {previousVersion && mayChange ? (
        <Stack gap="xs">
          <Text>{words.rollbackText}</Text>
          <Group>
            <Button variant="default" loading={doing.busy} onClick={() => go('rollback')}>
              {words.rollback} ({previousVersion})
            </Button>
          </Group>
        </Stack>
      ) : null}
      {mayChange ? (
        <Stack gap="xs">
          <Divider />
          <Title order={2} size="h5">
            {words.uninstall}
          </Title>
          <Uninstalling />
          <Group>
            <Button color="red.9" loading={doing.busy} onClick={() => setSure(true)}>
              {words.uninstall}
            </Button>
          </Group>
        </Stack>
      ) : null}
      <Ask
        opened={sure}
        title={fill(words.uninstallSure, { title: bot.title })}
        yes={words.uninstall}
        grave
        onYes={uninstall}
        onNo={() => setSure(false)}
      >
        <Uninstalling />
      </Ask>
      <Ask
        opened={asked !== null}
        title={words.consentTitle}
        yes={words.consentAgree}
        onYes={() => asked && go(asked.verb, { actions: asked.actions, hosts: asked.hosts })}
        onNo={() => setAsked(null)}
      >
        <Sentences texts={asked?.sentences ?? []} />
      </Ask>
    </Stack>
  )
}

/** What goes, what stays, and what one may have meant. */
function Uninstalling() {
  const { words } = usePage()
  return <Sentences texts={[words.uninstallGoes, words.uninstallStays, words.uninstallRather]} />
}

interface Asked extends Consent {
  readonly verb: 'upgrade' | 'rollback'
  readonly sentences: readonly string[]
}
