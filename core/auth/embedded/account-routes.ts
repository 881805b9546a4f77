import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Sequelize } from 'sequelize'
import type { AuditPlatform } from '../audit-platform.ts'
import { type Page, page } from '../pages/page.ts'
import { allowForms, guardedRoute, openRoute, strictPage } from '../pages/serve.ts'
import { languageOf, type Words, words } from '../pages/words.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { AccountLinks } from './account-links.ts'
import type { Accounts } from './accounts.ts'
import type { FirstAdministrator } from './first-administrator.ts'
import { isAcceptablePassword } from './password-hash.ts'

export interface AccountRoutesParts {
  readonly platform: Sequelize
  readonly accounts: Accounts
  readonly links: AccountLinks
  readonly firstAdministrator: FirstAdministrator
  readonly sessions: SessionStore
  readonly audit: AuditPlatform
}
type Form = Readonly<Record<string, string | undefined>>

/** Per address and ten minutes. */
const triesAllowed = 30

/** `/setup` and `/account/password`: pages whose credential is a one-time link. */
export const accountRoutes =
  (parts: AccountRoutesParts): FastifyPluginAsync =>
  async (app) => {
    allowForms(app)
    setup(app, parts)
    password(app, parts)
  }

const setupForm = (text: Words, token = '', email = '', name = ''): Omit<Page, 'lang'> => ({
  title: text.setup,
  text: [text.setupText],
  script: 'tokenFromFragment',
  form: {
    action: '/setup',
    submit: text.create,
    fields: [
      { name: 'token', label: '', type: 'hidden', value: token },
      { name: 'email', label: text.email, type: 'email', autocomplete: 'username', value: email },
      { name: 'name', label: text.name, type: 'text', autocomplete: 'name', value: name },
      { name: 'password', label: text.newPassword, type: 'password', autocomplete: 'new-password', minLength: 12 },
    ],
  },
})

function setup(app: FastifyInstance, parts: AccountRoutesParts): void {
  const options = { config: openRoute('shows a form'), schema: { hide: true } }
  const guarded = {
    config: guardedRoute('the one-time set-up link is the credential', triesAllowed),
    schema: { hide: true },
  }
  app.get('/setup', options, async (request, reply) => answer(request, reply, setupForm(wordsFor(request))))

  app.post('/setup', guarded, async (request, reply) => {
    const text = wordsFor(request)
    const { token = '', email = '', name = '', password = '' } = (request.body ?? {}) as Form
    const again = (error: string) => answer(request, reply.code(400), { ...setupForm(text, token, email, name), error })
    if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) return again(text.badEmail)
    if (!isAcceptablePassword(password, email)) return again(text.weakPassword)
    if (!(await parts.firstAdministrator.claim(token, { email, name: name.trim().slice(0, 200) || email, password })))
      return again(text.linkEnded)
    return answer(request, reply, {
      title: text.setupDone,
      text: [text.setupDoneText],
      link: { href: '/', text: text.home },
    })
  })
}

const passwordForm = (text: Words, token = ''): Omit<Page, 'lang'> => ({
  title: text.choosePassword,
  script: 'tokenFromFragment',
  form: {
    action: '/account/password',
    submit: text.save,
    fields: [
      { name: 'token', label: '', type: 'hidden', value: token },
      { name: 'password', label: text.newPassword, type: 'password', autocomplete: 'new-password', minLength: 12 },
    ],
  },
})

function password(app: FastifyInstance, parts: AccountRoutesParts): void {
  const options = { config: openRoute('shows a form'), schema: { hide: true } }
  const guarded = { config: guardedRoute('the one-time link is the credential', triesAllowed), schema: { hide: true } }
  app.get('/account/password', options, async (request, reply) =>
    answer(request, reply, passwordForm(wordsFor(request))),
  )

  app.post('/account/password', guarded, async (request, reply) => {
    const text = wordsFor(request)
    const { token = '', password = '' } = (request.body ?? {}) as Form
    const again = (error: string) => answer(request, reply.code(400), { ...passwordForm(text, token), error })
    const link = await parts.links.peek('password', token)
    const account = link?.accountId ? await parts.accounts.byId(link.accountId) : null
    if (!account) return again(text.linkEnded)
    if (!isAcceptablePassword(password, account.email)) return again(text.weakPassword)
    if (await parts.accounts.isTaken(account, password)) return again(text.takenPassword)
    const taken = await parts.platform.transaction((transaction) => parts.links.take('password', token, transaction))
    if (!taken) return again(text.linkEnded)
    await parts.accounts.setPassword(account.id, password, taken)
    // Whoever knew the old password is out.
    const userId = await parts.accounts.userOf(account.id)
    if (userId) await parts.sessions.endAllOf(userId)
    await parts.audit({
      event: 'auth.password-set',
      outcome: 'success',
      actor: { kind: 'user', id: userId },
      requestId: request.id,
      address: request.ip,
    })
    return answer(request, reply, {
      title: text.passwordSaved,
      text: [text.setupDoneText],
      link: { href: '/', text: text.home },
    })
  })
}

const wordsFor = (request: FastifyRequest) => words[languageOf(request)]
const answer = (request: FastifyRequest, reply: FastifyReply, o: Omit<Page, 'lang'>) =>
  strictPage(reply, page({ lang: languageOf(request), ...o }))
