/** What a browser is shown at an address that nothing answers: the words of the problem, and two ways on. */
import { problems } from '@guildhall/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerPage } from '../auth/pages/serve.ts'
import { languageOf } from '../auth/pages/words.ts'
import { prefers } from './accepted-types.ts'

const { title, remedy } = problems.notFound

const words = {
  en: { title, text: remedy, home: 'To the start page', docs: 'API reference' },
  de: {
    title: 'Das gibt es hier nicht',
    text: 'Prüfen Sie die Adresse, und ob Sie sehen dürfen, was sie nennt.',
    home: 'Zur Startseite',
    docs: 'Beschreibung der API',
  },
} as const

/** Whoever names HTML and likes JSON no better; a client of the API gets the problem. */
export const wantsNotFoundPage = ({ method, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && prefers('text/html', headers.accept)

export function notFoundPage(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const said = words[languageOf(request)]
  request.log.info({ problem: problems.notFound.type }, 'request refused')
  return answerPage(request, reply.code(problems.notFound.status), {
    title: said.title,
    text: [said.text],
    links: [
      { href: '/', text: said.home },
      { href: '/docs', text: said.docs },
    ],
  })
}
