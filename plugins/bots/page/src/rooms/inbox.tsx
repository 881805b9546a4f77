import { Anchor, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { inPage } from '../api/session.ts'
import type { News, Page } from '../api/shapes.ts'
import { useDoing } from '../api/use-doing.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { shownTime } from '../words/index.ts'

const most = 20

/** What whoever is here was told and has not read: the inbox that bots write into. Absent where inboxes are off. */
export function Inbox() {
  const { session, words } = usePage()
  const doing = useDoing()
  const { value, reload } = useLoaded('inbox', (signal) =>
    session.api.get<Page<News>>(`/notifications?unread=true&limit=${most}`, { signal }).catch(() => null),
  )
  if (!value) return null
  const done = async (told: News) => {
    const address = `/notifications/${encodeURIComponent(told.id)}`
    const act = async () => {
      // It is asked of everybody who was told: then it comes to none of them again.
      if (mayAcknowledge(told)) await session.api.post(`${address}/acknowledge`)
      await session.api.post(`${address}/read`)
    }
    if (await doing.run(act)) reload()
  }
  return (
    <Stack gap="sm" component="section" aria-label={words.inbox}>
      <Title order={2} size="h4">
        {words.inbox}
      </Title>
      {value.items.length === 0 ? <Text size="sm">{words.nothingUnread}</Text> : null}
      <ProblemAlert problem={doing.problem} />
      {value.items.map((told) => (
        <Message key={told.id} told={told} busy={doing.busy} onDone={() => void done(told)} />
      ))}
    </Stack>
  )
}

const mayAcknowledge = ({ alert, acknowledgedAt }: News): boolean => alert && acknowledgedAt === null

function Message({ told, busy, onDone }: { told: News; busy: boolean; onDone: () => void }) {
  const { words, language } = usePage()
  return (
    <Card withBorder component="article" padding="sm">
      <Group justify="space-between" align="start">
        <Text fw={600}>{told.title}</Text>
        <Badge variant="default">{words.severities[told.severity]}</Badge>
      </Group>
      <Text size="sm">{told.text}</Text>
      {mayAcknowledge(told) ? <Text size="sm">{words.comesAgain}</Text> : null}
      <Group gap="sm" mt="xs">
        <Text size="sm" c="dimmed">
          {shownTime(told.updatedAt, language)}
        </Text>
        {told.link ? (
          <Anchor size="sm" underline="always" href={inPage(told.link)}>
            {words.show}
          </Anchor>
        ) : null}
        <Button variant="default" size="compact-sm" loading={busy} onClick={onDone}>
          {mayAcknowledge(told) ? words.takeNote : words.markRead}
        </Button>
      </Group>
    </Card>
  )
}
