/** Pages of plugins for people who follow a link: described as data, rendered and escaped in one place. */
import type { PlainPage } from '@guildhall/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { page } from '../auth/pages/page.ts'
import { strictHeaders } from '../auth/pages/serve.ts'
import { languageOf } from '../auth/pages/words.ts'
import { prefers } from '../http/accepted-types.ts'

/** Whether the caller names HTML, and nothing he likes better among what we have. */
export const prefersHtml = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  prefers('text/html', headers.accept)

export const pageFacts = (request: FastifyRequest) => ({
  language: languageOf(request),
  path: request.originalUrl.replace(/[?#].*$/s, ''),
})

/** Sets the headers of a page; the body is what this gives. */
export function renderPage(request: FastifyRequest, reply: FastifyReply, plain: PlainPage): string {
  const { language, path } = pageFacts(request)
  strictHeaders(reply)
  return page({
    lang: language,
    title: plain.title,
    ...(plain.text && { text: plain.text }),
    ...(plain.button && {
      form: { action: path, submit: plain.button, fields: [] },
      script: 'postWithHeader' as const,
    }),
    ...(plain.link && { link: plain.link }),
  })
}
