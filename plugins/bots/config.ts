import Type from 'typebox'

/** What an organisation may lower; the platform's own limits stand above. */
export const BotsConfig = Type.Object(
  {
    runsAtOnce: Type.Integer({
      minimum: 1,
      maximum: 4,
      default: 2,
      description: 'Runs of this organisation at a time',
    }),
    mailsADay: Type.Integer({ minimum: 0, maximum: 10_000, default: 1000, description: 'Mails by bots in 24 hours' }),
    mailsADayOfOneBot: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 500,
      description: 'Of them, mails by one bot',
    }),
    keepRunsDays: Type.Integer({
      minimum: 1,
      maximum: 365,
      default: 30,
      description: 'Days that traces and logs are kept',
    }),
  },
  { additionalProperties: false },
)
