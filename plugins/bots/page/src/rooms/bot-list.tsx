import { Anchor, Badge, Card, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useEffect } from 'react'
import { botAddress } from '../api/session.ts'
import type { BotListed, Page } from '../api/shapes.ts'
import { useLoaded } from '../api/use-loaded.ts'
import { usePage } from '../page-context.ts'
import { BotState } from './bot-state.tsx'
import { Inbox } from './inbox.tsx'
import { RoomProblem } from './room-problem.tsx'

/** Every bot of the organisation: what is installed first, then what could be. */
export function BotList() {
  const { session, words } = usePage()
  const { value, problem, loading, reload } = useLoaded('bots', (signal) =>
    session.api.get<Page<BotListed>>('/bots?limit=200', { signal }),
  )
  useEffect(() => {
    document.title = `${words.bots} – Guildhall`
  }, [words])
  const bots = [...(value?.items ?? [])].sort((a, b) => Number(b.installed) - Number(a.installed))
  return (
    <Stack>
      {problem ? null : (
        <>
          <Title order={1}>{words.bots}</Title>
          <Text>{words.botsText}</Text>
          <Inbox />
          <Title order={2} size="h4">
            {words.back}
          </Title>
        </>
      )}
      {problem ? <RoomProblem problem={problem} retry={reload} /> : null}
      {loading && !value ? <Loader aria-label={words.loading} /> : null}
      {value && bots.length === 0 ? <Text>{words.noBots}</Text> : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {bots.map((bot) => (
          <Card key={bot.id} withBorder component="article">
            <Group justify="space-between" wrap="nowrap" align="start">
              <Anchor href={botAddress(bot.id)} fw={600}>
                {bot.title}
              </Anchor>
              <BotState bot={bot} />
            </Group>
            <Text size="sm" mt="xs">
              {bot.description}
            </Text>
            {bot.upgrade ? (
              <Badge variant="default" mt="xs">
                {bot.upgrade.version}
              </Badge>
            ) : null}
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  )
}
