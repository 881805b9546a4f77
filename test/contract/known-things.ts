import type { LightMyRequestResponse } from 'fastify'
import type { Operation } from './document.ts'

/**
 * What a client has learnt to exist from the answers it got: ids by the address they were found under. So a fuzz asks
 * for members where a member is asked for, without knowing what a member is.
 */
export class KnownThings {
  /** Path parameters in order, by the template up to the last of them: `/api/v1/groups/{id}/members/`. */
  readonly #paths = new Map<string, string[][]>()
  /** Ids by the last noun of the address: `members`. */
  readonly #nouns = new Map<string, string[]>()

  /** Learns from an answer: the thing itself, or the items of a page. */
  learn(operation: Operation, params: readonly string[], response: LightMyRequestResponse): void {
    if (response.statusCode >= 300 || !String(response.headers['content-type']).startsWith('application/json')) return
    const body = response.json() as { id?: unknown; items?: readonly { id?: unknown }[] } | null
    const found = [body, ...(Array.isArray(body?.items) ? body.items : [])].flatMap((one) =>
      typeof one?.id === 'string' ? [one.id] : [],
    )
    const collection = operation.path.replace(/\/\{\w+\}$/, '')
    const above = params.slice(0, collection.split('{').length - 1)
    for (const id of found) this.add(collection, [...above, id])
  }

  add(collection: string, tuple: readonly string[]): void {
    keep(this.#paths, `${collection}/`, [...tuple])
    keep(this.#nouns, collection.split('/').at(-1) ?? '', tuple.at(-1) as string)
  }

  /** Parameters of the address of something there is; the nearest fit when nothing is known there. */
  path(template: string, n: number): readonly string[] | undefined {
    const upToLast = template.slice(0, template.lastIndexOf('{'))
    const tuples = this.#paths.get(upToLast)
    if (tuples) return tuples[n % tuples.length]
    // One noun deeper than anything known: `/members/{id}/merge/{mergeId}` with a member of ours.
    const shorter = upToLast.replace(/\/[\w-]+\/$/, '')
    return shorter.includes('{') ? this.path(shorter, n) : undefined
  }

  /** An id for a field or parameter by its name: `memberId`, `groupIds`, `user`. */
  named(name: string, n: number): string | undefined {
    const noun = name.replace(/Ids?$/, '')
    const ids = this.#nouns.get(`${noun}s`) ?? this.#nouns.get(noun) ?? this.#nouns.get(aliases[noun] ?? '')
    return ids?.[n % ids.length]
  }
}

/** Names of a person's part in something. */
const aliases: Readonly<Record<string, string>> = {
  loser: 'members',
  guardian: 'members',
  payer: 'members',
  parent: 'groups',
  below: 'groups',
  s: 'members',
  scopes: 'permissions',
  copyOf: 'roles',
}

const most = 30
function keep<T>(map: Map<string, T[]>, key: string, value: T): void {
  const kept = map.get(key) ?? []
  kept.unshift(value)
  map.set(key, kept.slice(0, most))
}
