import { createReadStream } from 'node:fs'
import { Problem, problems, type SiteSpec } from '@guildhall/sdk'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { strictPage } from '../auth/pages/serve.ts'
import { languageOf } from '../auth/pages/words.ts'
import type { BuiltFile } from './built-files.ts'
import { Site } from './site.ts'
import { waitingPage } from './waiting-page.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The sites of the installed plugins. */
    sites: readonly Site[]
  }
}

const own = ["'self'"]
const none = ["'none'"]
/** No eval and no script but ours. Mantine writes its colours and each part's size into the page as styles. */
const policy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: none,
      baseUri: none,
      formAction: none,
      frameAncestors: none,
      scriptSrc: own,
      connectSrc: own,
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: own,
    },
  },
}

/** `<at>` and `<at>/{anything}` are the page; `<at>/assets/{file}` are its files, which never change under their name. */
export const sites = fp(
  async (app: FastifyInstance, o: { readonly specs: readonly SiteSpec[] }) => {
    const all = o.specs.map((spec) => new Site(spec, app.log))
    app.decorate('sites', all)
    app.addHook('onClose', async () => {
      for (const site of all) site.close()
    })
    for (const site of all) {
      await site.load()
      const options = {
        config: { open: 'files of a page, the same for everybody' },
        schema: { hide: true },
        helmet: policy,
      }
      const page = async (request: FastifyRequest, reply: FastifyReply) => {
        const { state, files } = site
        if (state === 'ready') return sendFile(request, reply, files!.page, 'no-cache')
        return strictPage(reply.code(503).header('retry-after', '2'), waitingPage(state, languageOf(request)))
      }
      app.get(site.at, options, page)
      app.get(`${site.at}/:address`, options, page)
      app.get<{ Params: { file: string } }>(`${site.at}/assets/:file`, options, async (request, reply) => {
        const file = site.files?.assets.get(request.params.file)
        if (!file) throw new Problem(problems.notFound)
        return sendFile(request, reply, file, 'public, max-age=31536000, immutable')
      })
    }
  },
  { name: 'guildhall-sites', dependencies: ['guildhall-security-headers'] },
)

function sendFile(request: FastifyRequest, reply: FastifyReply, file: BuiltFile, caching: string): FastifyReply {
  reply.headers({ 'cache-control': caching, etag: file.etag, vary: 'accept-encoding' })
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  const packed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) ? file.gzip : null
  if (packed) reply.header('content-encoding', 'gzip')
  const { path, bytes } = packed ?? file
  return reply.type(file.type).header('content-length', bytes).send(createReadStream(path))
}
