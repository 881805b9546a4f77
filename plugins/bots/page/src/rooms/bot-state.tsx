import { Badge } from '@mantine/core'
import type { BotListed } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'

/** On, off, stopped by the platform, or not installed: in words, never in colour alone. */
export function BotState({ bot }: { bot: BotListed }) {
  const { words } = usePage()
  if (!bot.installed) return <Badge variant="default">{words.notInstalled}</Badge>
  if (bot.stopped)
    return (
      <Badge color="red.9" variant="filled">
        {words.stopped}
      </Badge>
    )
  return (
    <Badge variant={bot.enabled ? 'filled' : 'default'} color="teal.9">
      {bot.enabled ? words.on : words.off}
    </Badge>
  )
}
