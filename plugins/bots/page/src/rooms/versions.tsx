import { Button, Divider, Group, List, Modal, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { botAddress } from '../api/session.ts'
import { useDoing } from '../api/use-doing.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { fill } from '../words/index.ts'
import type { Shown } from './bot-room.tsx'

/** Which version runs, what a newer one asks for, the way back, and the way out. */
export function Versions({ bot, etag, path, mayChange, reload }: Shown) {
  const { session, words } = usePage()
  const [sure, setSure] = useState(false)
  const doing = useDoing()
  const act = async (verb: 'upgrade' | 'rollback', body: object, done: string) => {
    if (await doing.run(() => session.api.post(`${path}/${verb}`, body, { ifMatch: etag }), done)) reload()
  }
  const uninstall = async () => {
    setSure(false)
    if (await doing.run(() => session.api.call('DELETE', path, { ifMatch: etag }), words.uninstalled))
      location.assign(botAddress())
  }
  return (
    <Stack>
      <Text>{fill(words.versionsText, { version: bot.version })}</Text>
      <ProblemAlert problem={doing.problem} />
      {bot.upgrade ? (
        <Stack gap="xs">
          <Text>{bot.upgradeAsks.length > 0 ? words.upgradeAsks : words.upgradeSame}</Text>
          <List>
            {bot.upgradeAsks.map(({ id, sentence }) => (
              <List.Item key={id}>{sentence}</List.Item>
            ))}
          </List>
          {mayChange ? (
            <Group>
              <Button
                loading={doing.busy}
                onClick={() => act('upgrade', bot.upgradeAsks.length > 0 ? { consent: true } : {}, words.upgraded)}
              >
                {fill(words.upgrade, { version: bot.upgrade.version })}
              </Button>
            </Group>
          ) : null}
        </Stack>
      ) : (
        <Text>{words.newest}</Text>
      )}
      {bot.previousVersion && mayChange ? (
        <Stack gap="xs">
          <Text>{words.rollbackText}</Text>
          <Group>
            <Button variant="default" loading={doing.busy} onClick={() => act('rollback', {}, words.rolledBack)}>
              {words.rollback} ({bot.previousVersion})
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
          <Text>{words.uninstallText}</Text>
          <Group>
            <Button color="red.9" loading={doing.busy} onClick={() => setSure(true)}>
              {words.uninstall}
            </Button>
          </Group>
        </Stack>
      ) : null}
      <Modal
        opened={sure}
        onClose={() => setSure(false)}
        title={fill(words.uninstallSure, { title: bot.title })}
        closeButtonProps={{ 'aria-label': words.cancel }}
      >
        <Text mb="md">{words.uninstallText}</Text>
        <Group justify="end">
          <Button variant="default" onClick={() => setSure(false)}>
            {words.cancel}
          </Button>
          <Button color="red.9" onClick={uninstall}>
            {words.uninstall}
          </Button>
        </Group>
      </Modal>
    </Stack>
  )
}
