import { Problem, problems, WholeList } from '@guildhall/sdk'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { openRoute } from '../pages/serve.ts'
import { languageOf } from '../pages/words.ts'
import type { Asking, OwnAccount, Refused } from './own-account.ts'

const Text = (most: number, o: { description?: string } = {}) => Type.String({ maxLength: most, ...o })
const Nullable = <T extends Type.TSchema>(of: T) => Type.Union([of, Type.Null()])
const Account = Type.Object(
  {
    email: Nullable(Text(320)),
    name: Nullable(Text(400, { description: 'What people read' })),
    emailVerified: Type.Boolean({ description: 'Somebody has proven that he reads this mailbox' }),
    confinedTo: Nullable(
      Text(100, { description: 'The organisation that keeps this account; null: it is free of any' }),
    ),
    ownPassword: Type.Boolean({ description: 'The password is kept here, and not by an identity provider outside' }),
  },
  { title: 'Account' },
)
const Session = Type.Object(
  {
    id: Type.String({ maxLength: 16, description: 'Names the session, and opens nothing' }),
    current: Type.Boolean({ description: 'The one that asks' }),
    startedAt: Text(40, { description: 'When somebody signed in' }),
    endsAt: Type.String({ maxLength: 40, description: 'At the latest; earlier when it is not used' }),
    browser: Nullable(Type.String({ maxLength: 300, description: 'As it called itself' })),
    address: Nullable(Type.String({ maxLength: 50, description: 'At sign-in, truncated' })),
  },
  { title: 'Session' },
)
const refusals: Readonly<Record<Refused, { pointer: string; message: string }>> = {
  wrong: { pointer: '/current', message: 'is not the password' },
  weak: {
    pointer: '/password',
    message: 'must have 12 to 200 characters, not be too uniform, and not hold the address',
  },
  taken: { pointer: '/password', message: 'is that of another account with the same address' },
}

const tags = ['Account']
/** Of a person's own: they ask for a session themselves, because they are about no organisation. */
const own = { ...openRoute('asks for a session itself'), problems: [problems.unauthenticated, problems.forbidden] }
const limited = { ...own, limit: { max: 30, perSeconds: 600, strict: true } }
const security = [{ session: [] }]

/** `/api/v1/account`: the own account, for whoever is signed in with a browser. */
export const accountRoutes =
  (account: OwnAccount): FastifyPluginAsync =>
  async (app) => {
    app.describeTags({
      Account: 'The own account of whoever is signed in with a browser: password, address, sessions.',
    })
    const who = async (request: FastifyRequest): Promise<Asking> => {
      const asking = await account.asking(request)
      if (!asking) throw new Problem(problems.unauthenticated)
      return asking
    }
    read(app, account, who)
    change(app, account, who)
  }

type Who = (request: FastifyRequest) => Promise<Asking>

function read(app: FastifyInstance, account: OwnAccount, who: Who): void {
  app.get(
    '',
    { config: own, schema: { summary: 'Show the own account', tags, security, response: { 200: Account } } },
    async (request) => account.view(await who(request)),
  )
  app.get(
    '/sessions',
    {
      config: own,
      schema: {
        summary: 'List the browsers that are signed in with the own account',
        tags,
        security,
        response: { 200: WholeList(Session, 10_000) },
      },
    },
    async (request) => {
      const asking = await who(request)
      const items = (await account.sessions(asking)).map((session) => ({
        id: session.name,
        current: account.isCurrent(asking, session),
        startedAt: session.startedAt.toISOString(),
        endsAt: session.endsAt.toISOString(),
        browser: session.browser,
        address: session.address,
      }))
      return { items }
    },
  )
}

function change(app: FastifyInstance, account: OwnAccount, who: Who): void {
  app.delete(
    '/sessions/:id',
    {
      config: own,
      schema: {
        summary: 'Sign a browser of the own account out',
        tags,
        security,
        params: Type.Object({ id: Text(16) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const asking = await who(request)
      if (!(await account.endSession(asking, (request.params as { id: string }).id)))
        throw new Problem(problems.notFound, { detail: 'There is no such session of yours.' })
      return reply.code(204).send()
    },
  )
  app.post(
    '/password',
    {
      config: limited,
      schema: {
        summary: 'Change the own password',
        description: 'Signs every other browser out, and ends every link that was sent.',
        tags,
        security,
        body: Type.Object(
          {
            current: Text(200, { description: 'The password until now' }),
            password: Type.String({ maxLength: 200, description: 'The new one' }),
          },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const refused = await account.changePassword(
        await who(request),
        request.body as { current: string; password: string },
      )
      if (refused) throw new Problem(problems.validationFailed, { errors: [{ ...refusals[refused], code: refused }] })
      return reply.code(204).send()
    },
  )
  app.post(
    '/address-proof',
    {
      config: limited,
      schema: {
        summary: 'Send the mail whose link confirms the own address',
        tags,
        security,
        response: { 202: Type.Null({ description: 'It is on its way' }) },
      },
    },
    async (request, reply) => {
      await account.sendProof(await who(request), languageOf(request))
      return reply.code(202).send()
    },
  )
}
