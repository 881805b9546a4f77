import { isProblem } from '@guildhall/sdk'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Way, WaysOf } from '../../sites/index.ts'
import { signInForm } from '../embedded/setup-page.ts'
import type { Link, Page, Section } from '../pages/page.ts'
import { allowForms, answerPage, formOf, guardedRoute, openRoute, wordsFor } from '../pages/serve.ts'
import { type Language, languageOf, type Words } from '../pages/words.ts'
import type { OpenSession } from '../sessions/session-store.ts'
import { browserName } from './browser-name.ts'
import type { Asking, OwnAccount } from './own-account.ts'

type Form = ReturnType<typeof formOf>
type Said = Pick<Page, 'error' | 'notice'>

interface Around {
  /** What else is there for this person. */
  readonly ways: WaysOf
  /** Gives the address to go to. */
  readonly signOut: (request: FastifyRequest, reply: FastifyReply) => Promise<string>
}

/** `/account`: the own account as a plain page. What it does goes through the same door as `/api/v1/account`. */
export const accountPage =
  (account: OwnAccount, { ways, signOut }: Around): FastifyPluginAsync =>
  async (app) => {
    allowForms(app)
    const hidden = { schema: { hide: true } }
    const guarded = { config: guardedRoute('asks for a session itself', 60), ...hidden }
    app.get('/account', { config: openRoute('asks for a session itself'), ...hidden }, async (request, reply) => {
      const asking = await account.asking(request)
      return asking ? show(account, ways, asking, reply) : signInFirst(request, reply)
    })
    actions(app, account, ways, guarded)
    app.post('/account/sign-out', guarded, async (request, reply) => reply.redirect(await signOut(request, reply), 303))
  }

/** Each form posts to an address of its own and is answered with the whole page. */
function actions(app: FastifyInstance, account: OwnAccount, ways: WaysOf, guarded: object): void {
  const act = (path: string, work: (asking: Asking, form: Form, text: Words) => Promise<Said>) =>
    app.post(`/account/${path}`, guarded, async (request, reply) => {
      const asking = await account.asking(request)
      if (!asking) return signInFirst(request, reply)
      const text = wordsFor(request)
      const said = await work(asking, formOf(asking.request), text).catch((error: unknown): Said => {
        if (isProblem(error)) return { error: error.status === 429 ? text.tooMany : text.proofImpossible }
        throw error
      })
      return show(account, ways, asking, said.error ? reply.code(400) : reply, said)
    })
  act('new-password', async (asking, { current = '', password = '' }, text) => {
    const refused = await account.changePassword(asking, { current, password })
    if (!refused) return { notice: text.passwordChanged }
    return { error: { wrong: text.wrongPassword, weak: text.weakPassword, taken: text.takenPassword }[refused] }
  })
  act('address-proof', async (asking, _form, text) => {
    await account.sendProof(asking, languageOf(asking.request))
    return { notice: text.proofSent }
  })
  act('end-session', async (asking, { id = '' }, text) => {
    await account.endSession(asking, id)
    return { notice: text.sessionEnded }
  })
  act('end-others', async (asking, _form, text) => {
    await account.endOthers(asking)
    return { notice: text.sessionEnded }
  })
}

function signInFirst(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const text = wordsFor(request)
  return answerPage(request, reply.code(request.method === 'GET' ? 200 : 401), {
    title: text.account,
    text: [text.signInFirst],
    form: signInForm(text, '/account'),
  })
}

async function show(
  account: OwnAccount,
  ways: WaysOf,
  asking: Asking,
  reply: FastifyReply,
  said: Said = {},
): Promise<FastifyReply> {
  const { request } = asking
  const text = wordsFor(request)
  const view = await account.view(asking)
  const sessions = await account.sessions(asking)
  const here = sessions.find((session) => account.isCurrent(asking, session))
  const others = sessions.filter((session) => session !== here)
  const plain = (path: string, submit: string, fields: NonNullable<Page['form']>['fields'] = []) => ({
    action: `/account/${path}`,
    submit,
    fields,
  })
  const address: Section = {
    title: text.email,
    text: [view.email ?? text.none, view.emailVerified ? text.isProven : text.isNotProven],
    ...(view.ownPassword && !view.emailVerified && { forms: [plain('address-proof', text.sendProof)] }),
  }
  const password: Section = {
    title: text.changePassword,
    text: [text.changePasswordText],
    forms: [
      plain('new-password', text.save, [
        { name: 'current', label: text.currentPassword, type: 'password', autocomplete: 'current-password' },
        { name: 'password', label: text.newPassword, type: 'password', autocomplete: 'new-password', minLength: 12 },
      ]),
    ],
  }
  const browsers: Section = {
    title: text.browsers,
    forms: [
      { ...plain('sign-out', text.signOut), text: `${here ? describe(here, request) : ''} (${text.thisBrowser})` },
      ...others.map((session) => ({
        ...plain('end-session', text.endSession, [
          { name: 'id', label: '', type: 'hidden' as const, value: session.name },
        ]),
        text: describe(session, request),
      })),
      ...(others.length > 1 ? [plain('end-others', text.endOthers)] : []),
    ],
  }
  return answerPage(request, reply, {
    title: text.account,
    text: [view.name ?? '', belonging(asking, text)].filter(Boolean),
    ...said,
    links: (await ways(asking.user)).map((way) => linkOf(way, languageOf(request))),
    sections: [address, ...(view.ownPassword ? [password] : []), browsers],
    script: 'postWithHeader',
  })
}

const linkOf = ({ href, title, organization }: Way, language: Language): Link => ({
  href,
  text: organization === undefined ? title[language] : `${title[language]} – ${organization}`,
})

const belonging = ({ user: { organizations, globalRole } }: Asking, text: Words): string =>
  organizations.length > 0
    ? `${text.belongsTo}: ${organizations.map(({ name }) => name).join(', ')}`
    : globalRole
      ? text.administrator
      : text.belongsNowhere

function describe({ browser, startedAt, address }: OpenSession, request: FastifyRequest): string {
  const language = languageOf(request)
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return [browserName(browser, language), `${at.format(startedAt)} UTC`, address].filter(Boolean).join(', ')
}
