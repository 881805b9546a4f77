import type { FastifyInstance } from 'fastify'
import type { Page } from '../pages/page.ts'
import { answerPage, formOf, guardedRoute, openRoute, wordsFor } from '../pages/serve.ts'
import type { Words } from '../pages/words.ts'
import { passwordPurposes } from './account-links.ts'
import { type AccountRoutesParts, triesAllowed } from './account-routes.ts'
import { isAcceptablePassword } from './password-hash.ts'
import { signInForm } from './setup-page.ts'

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

/** `/account/password`: whoever holds a one-time link chooses the password of its account. */
export function passwordPage(
  app: FastifyInstance,
  { accounts, links, passwords, audit }: Pick<AccountRoutesParts, 'accounts' | 'links' | 'passwords' | 'audit'>,
): void {
  const options = { config: openRoute('shows a form'), schema: { hide: true } }
  const guarded = { config: guardedRoute('the one-time link is the credential', triesAllowed), schema: { hide: true } }
  app.get('/account/password', options, async (request, reply) =>
    answerPage(request, reply, passwordForm(wordsFor(request))),
  )

  app.post('/account/password', guarded, async (request, reply) => {
    const text = wordsFor(request)
    const { token = '', password = '' } = formOf(request)
    const again = (error: string) => answerPage(request, reply.code(400), { ...passwordForm(text, token), error })
    const ended = () =>
      answerPage(request, reply.code(400), {
        title: text.choosePassword,
        error: text.linkEnded,
        link: { href: '/account/forgotten', text: text.forgotten },
      })
    const link = await links.peek(passwordPurposes, token)
    const account = link?.accountId ? await accounts.byId(link.accountId) : null
    if (!account) return ended()
    if (!isAcceptablePassword(password, account.email)) return again(text.weakPassword)
    if (await accounts.isTaken(account, password)) return again(text.takenPassword)
    if (!(await passwords.setByLink(account.id, token, password))) return ended()
    await audit({
      event: 'auth.password-set',
      outcome: 'success',
      actor: { kind: 'user', id: await accounts.userOf(account.id) },
      requestId: request.id,
      address: request.ip,
      meta: { by: 'link' },
    })
    return answerPage(request, reply, {
      title: text.passwordSaved,
      text: [text.passwordSavedText],
      form: signInForm(text),
    })
  })
}
