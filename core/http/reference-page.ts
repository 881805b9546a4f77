/**
 * The readable reference at `/docs`. Scalar's bundle comes from our own address and is loaded when somebody opens the
 * page: four megabytes that an idle server does not carry.
 */

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

const own = ["'self'"]
/** The bundle puts styles into the page at run time; scripts, data and everything else come from here. */
const policy = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      scriptSrc: own,
      connectSrc: own,
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      workerSrc: ["'self'", 'blob:'],
    },
  },
}

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Guildhall API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><div id="app"></div><noscript>The document itself: <a href="/openapi.json">/openapi.json</a></noscript>
<script src="/docs/scalar.js"></script><script src="/docs/start.js"></script></body></html>`

const start = `Scalar.createApiReference('#app', {
  url: '/openapi.json', telemetry: false, withDefaultFonts: false, hideClientButton: true, agent: { disabled: true }, mcp: { disabled: true },
  showDeveloperTools: 'never'
})
`

let bundle: Promise<Buffer> | undefined

/** The package gives its bundle only through a route, so we ask that route, once. */
async function loadBundle(): Promise<Buffer> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const stage = Fastify()
  try {
    await stage.register(scalar, { routePrefix: '/docs', configuration: { url: '/openapi.json' } })
    const { statusCode, rawPayload } = await stage.inject('/docs/js/scalar.js')
    if (statusCode !== 200) throw new Error(`Scalar's bundle is not where it was: ${statusCode}`)
    return await promisify(gzip)(rawPayload)
  } finally {
    await stage.close()
  }
}

export const referencePage = fp(
  async (app: FastifyInstance) => {
    const config = { open: 'the documentation is public' }
    const hidden = { config, schema: { hide: true } }
    app.get('/docs', { ...hidden, helmet: policy }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(page),
    )
    app.get('/docs/start.js', hidden, async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(start),
    )
    app.get('/docs/scalar.js', hidden, async (_request, reply) => {
      bundle ??= loadBundle()
      const script = await bundle.catch((error: unknown) => {
        bundle = undefined
        throw error
      })
      return reply
        .type('text/javascript; charset=utf-8')
        .header('content-encoding', 'gzip')
        .header('cache-control', 'public, max-age=86400')
        .send(script)
    })
  },
  { name: 'guildhall-reference-page', dependencies: ['guildhall-openapi', 'guildhall-security-headers'] },
)
