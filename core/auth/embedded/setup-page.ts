import type { FastifyInstance } from 'fastify'
import type { Page, Form as PageForm } from '../pages/page.ts'
import { answerPage, formOf, guardedRoute, openRoute, wordsFor } from '../pages/serve.ts'
import type { Words } from '../pages/words.ts'
import { type AccountRoutesParts, isAddress, triesAllowed } from './account-routes.ts'
import { isAcceptablePassword } from './password-hash.ts'

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

/** `/setup`: whoever holds the one-time set-up link makes the first administrator. */
export function setupPage(
  app: FastifyInstance,
  { firstAdministrator }: Pick<AccountRoutesParts, 'firstAdministrator'>,
): void {
  const options = { config: openRoute('shows a form'), schema: { hide: true } }
  const guarded = {
    config: guardedRoute('the one-time set-up link is the credential', triesAllowed),
    schema: { hide: true },
  }
  app.get('/setup', options, async (request, reply) => answerPage(request, reply, setupForm(wordsFor(request))))

  app.post('/setup', guarded, async (request, reply) => {
    const text = wordsFor(request)
    const { token = '', email = '', name = '', password = '' } = formOf(request)
    const again = (error: string) =>
      answerPage(request, reply.code(400), { ...setupForm(text, token, email, name), error })
    if (!isAddress(email)) return again(text.badEmail)
    if (!isAcceptablePassword(password, email)) return again(text.weakPassword)
    if (!(await firstAdministrator.claim(token, { email, name: name.trim().slice(0, 200) || email, password })))
      return again(text.linkEnded)
    return answerPage(request, reply, { title: text.setupDone, text: [text.setupDoneText], form: signInForm(text) })
  })
}

/** A button that begins the sign-in. */
export const signInForm = (text: Words, returnTo = '/'): PageForm => ({
  action: '/api/v1/auth/login',
  submit: text.signIn,
  fields: [{ name: 'returnTo', label: '', type: 'hidden', value: returnTo }],
})

export const accountLink = (text: Words): NonNullable<Page['link']> => ({ href: '/account', text: text.account })
