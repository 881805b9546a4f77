import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Page, page, pagePolicy } from './page.ts'
import { languageOf, type Words, words } from './words.ts'

/** A route of core that answers without credentials; it is about no organisation. */
export const openRoute = (reason: string) => ({ open: reason })

/** The same where guessing must not pay: so many calls in ten minutes from one address, and none when nobody can count. */
export const guardedRoute = (reason: string, max: number) => ({
  open: reason,
  limit: { max, perSeconds: 600, strict: true },
})

export const strictPage = (reply: FastifyReply, html: string): FastifyReply => strictHeaders(reply).send(html)

export const wordsFor = (request: FastifyRequest): Words => words[languageOf(request)]

/** The page in the language of the browser. */
export const answerPage = (request: FastifyRequest, reply: FastifyReply, o: Omit<Page, 'lang'>): FastifyReply =>
  strictPage(reply, page({ lang: languageOf(request), ...o }))

export const strictHeaders = (reply: FastifyReply): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy)
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')

/** The fields of a form; what is no text (the same page may be sent JSON) is not there. */
export const formOf = ({ body }: Pick<FastifyRequest, 'body'>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(body ?? {}).filter(([, value]) => typeof value === 'string'))

/** Reads forms as flat objects of text; of a repeated field the last counts. */
export function allowForms(app: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded'
  if (app.hasContentTypeParser(type)) return
  app.addContentTypeParser(type, { parseAs: 'string', bodyLimit: 32 * 1024 }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body as string)))
  })
}
