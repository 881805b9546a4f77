import type { FastifyInstance, InjectOptions } from 'fastify'

/**
 * `fetch` to a route of this process, without the network: behind a proxy our public address may not even be reachable
 * from here.
 */
export const callSelf =
  (app: () => FastifyInstance) =>
  async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url)
    // A Request knows the media type that goes with its body.
    const request = new Request(url, { method: init.method, headers: init.headers, body: init.body } as RequestInit)
    const body = await request.text()
    const response = await app().inject({
      method: request.method as NonNullable<InjectOptions['method']>,
      url: pathname + search,
      headers: Object.fromEntries(request.headers),
      remoteAddress: '127.0.0.1',
      ...(body === '' ? {} : { payload: body }),
    })
    const headers = new Headers()
    for (const [name, value] of Object.entries(response.headers))
      if (value !== undefined) headers.set(name, String(value))
    const empty = response.statusCode === 204 || response.statusCode === 304
    return new Response(empty ? null : response.rawPayload, { status: response.statusCode, headers })
  }
