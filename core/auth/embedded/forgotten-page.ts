import type { FastifyInstance } from 'fastify'
import type { Page } from '../pages/page.ts'
import { answerPage, formOf, guardedRoute, openRoute, wordsFor } from '../pages/serve.ts'
import { languageOf, type Words } from '../pages/words.ts'
import { type AccountRoutesParts, isAddress, triesAllowed } from './account-routes.ts'

const forgottenForm = (text: Words, email = ''): Omit<Page, 'lang'> => ({
  title: text.forgotten,
  text: [text.forgottenText],
  form: {
    action: '/account/forgotten',
    submit: text.sendLink,
    fields: [{ name: 'email', label: text.email, type: 'email', autocomplete: 'username', value: email }],
  },
})

/**
 * `/account/forgotten`: sends a link to whoever forgot his password. The page says the same, and as soon, whether or not
 * anybody has the address.
 */
export function forgottenPage(
  app: FastifyInstance,
  { forgotten, post, afterwards }: Pick<AccountRoutesParts, 'forgotten' | 'post' | 'afterwards'>,
): void {
  const options = { config: openRoute('shows a form'), schema: { hide: true } }
  const guarded = {
    config: guardedRoute(
      'whoever forgot his password has no credential; what is sent goes to the mailbox',
      triesAllowed,
    ),
    schema: { hide: true },
  }
  app.get('/account/forgotten', options, async (request, reply) =>
    answerPage(request, reply, forgottenForm(wordsFor(request))),
  )

  app.post('/account/forgotten', guarded, async (request, reply) => {
    const text = wordsFor(request)
    const { email = '' } = formOf(request)
    if (!isAddress(email.trim()))
      return answerPage(request, reply.code(400), { ...forgottenForm(text, email.slice(0, 254)), error: text.badEmail })
    if (await forgotten.mayMail(email)) {
      const asked = { language: languageOf(request), requestId: request.id, address: request.ip }
      afterwards.run('a mail for a forgotten password', () => forgotten.mail(email, asked))
    }
    return answerPage(request, reply, {
      title: text.forgotten,
      text: post.carries ? [text.linkSent, text.linkSentHint] : [text.noMail],
    })
  })
}
