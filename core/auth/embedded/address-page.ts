import type { FastifyInstance } from 'fastify'
import type { Page } from '../pages/page.ts'
import { answerPage, formOf, guardedRoute, openRoute, wordsFor } from '../pages/serve.ts'
import type { Words } from '../pages/words.ts'
import { type AccountRoutesParts, triesAllowed } from './account-routes.ts'
import { accountLink } from './setup-page.ts'

const addressForm = (text: Words, token = ''): Omit<Page, 'lang'> => ({
  title: text.proveAddress,
  text: [text.proveAddressText],
  script: 'tokenFromFragment',
  form: {
    action: '/account/address',
    submit: text.confirm,
    fields: [
      { name: 'token', label: '', type: 'hidden', value: token },
      { name: 'password', label: text.password, type: 'password', autocomplete: 'current-password' },
    ],
  },
})

/**
 * `/account/address`: proves an address. The link says who reads the mailbox, the password whose account it is: a
 * stranger who gave our address has the one, and we have the other.
 */
export function addressPage(
  app: FastifyInstance,
  { accounts, links, passwords, audit }: Pick<AccountRoutesParts, 'accounts' | 'links' | 'passwords' | 'audit'>,
): void {
  const options = { config: openRoute('shows a form'), schema: { hide: true } }
  const guarded = { config: guardedRoute('the one-time link and the password', triesAllowed), schema: { hide: true } }
  app.get('/account/address', options, async (request, reply) =>
    answerPage(request, reply, addressForm(wordsFor(request))),
  )

  app.post('/account/address', guarded, async (request, reply) => {
    const text = wordsFor(request)
    const { token = '', password = '' } = formOf(request)
    const again = (error: string) => answerPage(request, reply.code(400), { ...addressForm(text, token), error })
    const link = await links.peek(['address'], token)
    const account = link?.accountId ? await accounts.byId(link.accountId) : null
    if (!account) return again(text.linkEnded)
    const note = async (event: string, outcome: 'success' | 'failure') =>
      audit({
        event,
        outcome,
        actor: { kind: 'user', id: await accounts.userOf(account.id) },
        requestId: request.id,
        address: request.ip,
      })
    if (password.length > 200 || !(await accounts.confirm(account.id, password))) {
      await note('auth.password', 'failure')
      return again(text.wrongPassword)
    }
    if (!(await passwords.proveByLink(account.id, token))) return again(text.linkEnded)
    await note('auth.address-proven', 'success')
    return answerPage(request, reply, {
      title: text.addressProven,
      text: [text.addressProvenText],
      link: accountLink(text),
    })
  })
}
