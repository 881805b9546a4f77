import { isDeepStrictEqual } from 'node:util'

interface Response {
  readonly description?: string
  readonly [part: string]: unknown
}

/**
 * Answers that many operations give alike: most ways to fail are those of every route. Each stands once among the
 * components of the document, under the names of its problems: `NotFound`, `PluginNotEnabledOrNotFound`.
 */
export class SharedResponses {
  readonly #responses: Record<string, Response> = {}

  all(): Readonly<Record<string, Response>> {
    return this.#responses
  }

  /** @param response whose description begins each problem with its type, "`not-found`: ..." */
  put(response: Response): Response | { readonly $ref: string } {
    const types = [...(response.description ?? '').matchAll(/^`([a-z-]+)`:/gm)].map(([, type = '']) => type)
    const name = types.map(pascal).join('Or')
    if (name === '') return response
    this.#responses[name] ??= response
    return isDeepStrictEqual(this.#responses[name], response) ? { $ref: `#/components/responses/${name}` } : response
  }
}

const pascal = (type: string): string =>
  type
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
