import { Badge } from '@mantine/core'
import type { BotListed } from '../api/shapes.ts'
import { usePage } from '../page-context.ts'

/** Beside a long title a badge would be cut. */
const whole = { tt: 'none', flex: 'none' } as const

/** On, off, stopped by the platform, or not installed: in words, never in colour alone. */
export function BotState({ bot }: { bot: BotListed }) {
  const { words } = usePage()
  if (!bot.installed)
    return (
      <Badge variant="default" {...whole}>
        {words.notInstalled}
      </Badge>
    )
  if (bot.stopped)
    return (
      <Badge color="red.9" variant="filled" {...whole}>
        {words.stopped}
      </Badge>
    )
  return (
    <Badge variant={bot.enabled ? 'filled' : 'default'} color="teal.9" {...whole}>
      {bot.enabled ? words.on : words.off}
    </Badge>
  )
}
