/** A bot as it should be: misuses.test.ts changes one line of it at a time, and none of these may compile. */
import { defineBot } from '@guildhall/sdk'

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'books.get': { input: { bookId: string }; output: { title: string; copies: number } }
    'books.burn': { input: { bookId: string }; output: null }
  }
  interface EventRegistry {
    'books.lent': { bookId: string }
    'books.returned': { bookId: string; late: boolean }
  }
}

export default defineBot({
  id: 'late-books',
  version: '1.0.0',
  title: 'Late books',
  description: 'Tells the librarian of books that come back late.',
  config: {
    schema: {
      type: 'object',
      required: ['days', 'tone', 'shelf'],
      properties: {
        days: { type: 'integer', minimum: 1, maximum: 90, default: 14 },
        tone: { type: 'string', enum: ['kind', 'firm'] },
        token: { type: 'string', format: 'secret' },
        shelf: { type: 'object', required: ['key'], properties: { key: { type: 'string', format: 'secret' } } },
        words: { type: 'array', maxItems: 5, items: { type: 'string' } },
        address: { $ref: '#/$defs/address' },
        steps: {
          type: 'array',
          maxItems: 5,
          items: {
            type: 'object',
            required: ['kind'],
            properties: { kind: { type: 'string', enum: ['mail', 'wait'] } },
            allOf: [
              {
                if: { properties: { kind: { const: 'mail' } }, required: ['kind'] },
                then: { properties: { text: { type: 'string' } }, required: ['text'] },
              },
              {
                if: { properties: { kind: { const: 'wait' } }, required: ['kind'] },
                then: { properties: { hours: { type: 'integer' } }, required: ['hours'] },
              },
            ],
          },
        },
      },
      $defs: { address: { type: 'object', required: ['street'], properties: { street: { type: 'string' } } } },
    },
    uiSchema: { days: { 'ui:widget': 'range' } },
  },
  triggers: {
    events: ['books.returned'],
    cron: { default: '0 7 * * 1' },
    manual: { input: { type: 'object', required: ['book'], properties: { book: { type: 'string' } } } },
  },
  permissions: { actions: ['books.get'] },
  async run(ctx, event) {
    const days: number = ctx.config.days
    const tone: 'kind' | 'firm' = ctx.config.tone
    const words: readonly string[] = ctx.config.words ?? []
    const key: string = ctx.secrets['shelf.key']
    const street: string = ctx.config.address?.street ?? ''
    for (const step of ctx.config.steps ?? []) {
      const kind: 'mail' | 'wait' = step.kind
      const hours: number | undefined = step.hours
      ctx.log(`${kind} ${hours} ${step.text?.length}`)
    }
    if (event.trigger === 'event') {
      const { title } = await ctx.call('books.get', { bookId: event.payload.bookId })
      const late: boolean = event.payload.late
      ctx.log(`${title} ${late} ${days} ${tone} ${words.length} ${street} ${key} ${ctx.secrets.token ?? 'none'}`)
      return { summary: title }
    }
    if (event.trigger === 'manual') {
      const book: string = event.input.book
      return { summary: book }
    }
    return undefined
  },
})
