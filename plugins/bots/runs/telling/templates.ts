/** Mails about bots; organisations change them in their own copy. */
import type { ShippedTemplate } from '../../../email/refs.ts'

const variables = {
  title: { title: 'What happened', example: 'Birthday greeting failed', required: true },
  text: { title: 'In a sentence or two', example: 'It computed longer than 500 ms.', required: true },
  link: { title: 'Page of the bot', example: 'https://club.example/bots/birthday-greeting', required: true },
  bot: { title: 'Name of the bot', example: 'birthday-greeting' },
} as const
const texts = {
  de: {
    subject: '{{ title }}',
    html: '<p>{{ text }}</p><p><a href="{{ link }}">Bot ansehen</a></p>',
    text: '{{ text }}\n\n{{ link }}\n',
  },
  en: {
    subject: '{{ title }}',
    html: '<p>{{ text }}</p><p><a href="{{ link }}">See the bot</a></p>',
    text: '{{ text }}\n\n{{ link }}\n',
  },
} as const

export const mailTemplates = [
  {
    id: 'bots.run',
    title: 'A bot ran or failed',
    germanTitle: 'Ein Bot lief oder scheiterte',
    description: 'To those whom the settings of a bot name for success or failure',
    variables,
    texts,
  },
  {
    id: 'bots.digest',
    title: 'What a bot did',
    germanTitle: 'Was ein Bot tat',
    description: 'Every day or week, to those whom the settings of a bot name for the digest',
    variables,
    texts,
  },
] as const satisfies readonly ShippedTemplate[]
