/** Pages of plugins for people who follow a link: described as data, rendered and escaped in one place. */
import type { PlainPage } from '@guildhall/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { page } from '../auth/pages/page.ts'
import { strictHeaders } from '../auth/pages/serve.ts'
import { languageOf } from '../auth/pages/words.ts'

/** Whether the caller names HTML, and nothing he likes better among what we have. A client that takes anything gets JSON. */
export function prefersHtml({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const wanted = new Map(
    (headers.accept ?? '').split(',').map((part) => {
      const [type = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase())
      const q = parameters.find((one) => one.startsWith('q='))
      return [type, q ? Number(q.slice(2)) || 0 : 1]
    }),
  )
  const html = wanted.get('text/html') ?? 0
  return html > 0 && html >= (wanted.get('application/json') ?? 0)
}

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
    ...(plain.button && { form: { action: path, submit: plain.button, fields: [] } }),
    ...(plain.link && { link: plain.link }),
  })
}
