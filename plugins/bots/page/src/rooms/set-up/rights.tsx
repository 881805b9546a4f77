import { Paper, Text, Title } from '@mantine/core'
import type { Bot } from '../../api/shapes.ts'
import { usePage } from '../../page-context.ts'
import { Sentences } from '../../sentences.tsx'
import { useTimes } from '../../times.ts'
import { fill } from '../../words/index.ts'

/** What the bot may do, a sentence each: this is what somebody agrees to. */
export function Rights({ bot }: { bot: Bot }) {
  const { words } = usePage()
  const time = useTimes()
  const { actions, hosts, hostFields } = bot.permissions
  const sentences = [
    ...actions.map(({ sentence, available }) => (available ? sentence : `${sentence} (${words.notAvailable})`)),
    ...[...hosts, ...hostFields].map(({ sentence }) => sentence),
  ]
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        {words.rights}
      </Title>
      {sentences.length === 0 ? (
        <Text size="sm">{words.noRights}</Text>
      ) : (
        <>
          <Sentences texts={sentences} />
          <Text size="sm" mt="xs">
            {words.rightsBound}
          </Text>
        </>
      )}
      {bot.settings ? (
        <Text size="sm" mt="xs">
          {fill(words.agreedAt, { at: time(bot.settings.consent.at) })}
        </Text>
      ) : null}
    </Paper>
  )
}
