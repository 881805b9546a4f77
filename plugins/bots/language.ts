import { Closed, type RequestFacts, Text } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext } from './context.ts'
import type { Seen } from './installations/bot-view.ts'

export const BotParams = Closed({
  id: Text(60, { description: 'Id of the bot, or the alias of an installation', examples: ['birthday-greeting'] }),
})
export const Language = {
  language: Type.Optional(
    Type.Enum(['de', 'en'], { description: 'Of texts and forms; default: as `Accept-Language` says' }),
  ),
}

/** In which language, and which actions there are. */
export const seenBy = (
  ctx: BotsContext,
  query: { readonly language?: 'de' | 'en' | undefined },
  facts: Pick<RequestFacts, 'language'>,
): Seen => ({ actions: ctx.use.actions.list(), language: query.language ?? facts.language })
