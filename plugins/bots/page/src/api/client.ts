import { ApiProblem, type ProblemBody } from './problem.ts'

export interface Answer<T> {
  readonly body: T
  readonly etag: string | null
}
interface Options {
  readonly body?: unknown
  readonly ifMatch?: string | null
  readonly signal?: AbortSignal
}

/** The public API as whoever is signed in, in one organisation. */
export class Api {
  readonly #headers: Readonly<Record<string, string>>

  constructor(o: { readonly organization?: string | null; readonly language: string }) {
    this.#headers = {
      'x-csrf': '1',
      'accept-language': o.language,
      ...(o.organization ? { 'x-organization': o.organization } : {}),
    }
  }

  async get<T>(path: string, o: Options = {}): Promise<T> {
    return (await this.call<T>('GET', path, o)).body
  }

  async post<T>(path: string, body?: unknown, o: Options = {}): Promise<T> {
    return (await this.call<T>('POST', path, { ...o, body })).body
  }

  /** @throws ApiProblem for a refusal, TypeError when the server is not there */
  async call<T>(method: string, path: string, o: Options = {}): Promise<Answer<T>> {
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        ...this.#headers,
        accept: 'application/json',
        ...(o.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(o.ifMatch ? { 'if-match': o.ifMatch } : {}),
      },
      ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
      ...(o.signal ? { signal: o.signal } : {}),
    })
    if (!response.ok) throw new ApiProblem(await refusalOf(response))
    const text = await response.text()
    return { body: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get('etag') }
  }

  /** Server-sent events. Ends when the server ends it; the caller asks again from the last id. */
  async *follow<T>(path: string, o: { signal: AbortSignal; lastEventId: string | null }): AsyncGenerator<Told<T>> {
    const response = await fetch(`/api/v1${path}`, {
      headers: {
        ...this.#headers,
        accept: 'text/event-stream',
        ...(o.lastEventId ? { 'last-event-id': o.lastEventId } : {}),
      },
      signal: o.signal,
    })
    if (!response.ok || !response.body) throw new ApiProblem(await refusalOf(response))
    let rest = ''
    for await (const piece of response.body.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
      const blocks = (rest + piece).replaceAll('\r\n', '\n').split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const told = eventOf<T>(block)
        if (told) yield told
      }
    }
  }
}

export interface Told<T> {
  readonly id: string | null
  readonly event: string
  readonly data: T
}

function eventOf<T>(block: string): Told<T> | null {
  const lines = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line))
  const field = (name: string) => lines.filter((line) => line?.[1] === name).map((line) => line?.[2] ?? '')
  const data = field('data')
  if (data.length === 0) return null
  return { id: field('id')[0] ?? null, event: field('event')[0] ?? 'message', data: JSON.parse(data.join('\n')) as T }
}

async function refusalOf(response: Response): Promise<ProblemBody> {
  const body = (await response.json().catch(() => null)) as ProblemBody | null
  return body?.title
    ? body
    : { type: '', title: response.statusText || String(response.status), status: response.status }
}
