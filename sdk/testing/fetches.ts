import { botCallError, TestFault } from './call-error.ts'
import { given } from './crossing.ts'

export interface FetchAnswer {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A text, or a value that is written as JSON. */
  readonly body?: unknown
}
export interface Fetched {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}
/** By address, or by its beginning where the key ends in `*`. */
export type FetchAnswers = Readonly<
  Record<string, FetchAnswer | ((request: Fetched) => FetchAnswer | Promise<FetchAnswer>)>
>

interface Init {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Answers `ctx.fetch`; nothing goes out. */
export class FetchDesk {
  readonly fetches: Fetched[] = []
  readonly #hosts: ReadonlySet<string>
  readonly #answers: FetchAnswers
  readonly #most: number

  constructor(hosts: readonly string[], answers: FetchAnswers, most: number) {
    this.#hosts = new Set(hosts)
    this.#answers = answers
    this.#most = most
  }

  async fetch(url: string, init: Init = {}): Promise<unknown> {
    if (!URL.canParse(url)) throw botCallError('INVALID', `"${url}" is no address`)
    const { protocol, hostname, port } = new URL(url)
    if (protocol !== 'https:' || port !== '')
      throw botCallError('FORBIDDEN', 'A bot calls https addresses without a port')
    if (!this.#hosts.has(hostname))
      throw botCallError('FORBIDDEN', `"${hostname}" is not among permissions.hosts, nor in the configuration`)
    if (this.fetches.length >= this.#most) throw botCallError('LIMIT', `A run fetches at most ${this.#most} times`)
    const { method = 'GET', headers = {}, body } = init
    const request: Fetched = {
      url,
      method: method.toUpperCase(),
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
    }
    this.fetches.push(request)
    const answer = await this.#answer(request)
    const text =
      typeof answer.body === 'string' ? answer.body : answer.body === undefined ? '' : JSON.stringify(answer.body)
    return given({ status: answer.status ?? 200, headers: answer.headers ?? {}, body: text })
  }

  #answer(request: Fetched): FetchAnswer | Promise<FetchAnswer> {
    const [, answer] =
      Object.entries(this.#answers).find(([key]) => key === request.url) ??
      Object.entries(this.#answers).find(([key]) => key.endsWith('*') && request.url.startsWith(key.slice(0, -1))) ??
      []
    if (answer === undefined)
      throw new TestFault(
        `The bot fetches ${request.url}. Say in the test what answers, or in fixtures.json: fetches: { '${request.url}': { body: ... } }`,
      )
    return typeof answer === 'function' ? answer(request) : answer
  }
}
