import { type BotManifest, Problem, problems, type Tx } from '@guildhall/sdk'
import type { BotsContext } from '../context.ts'
import { type Language, requestedBy, sentencesOf } from '../definitions/requests.ts'
import { consentRequired } from '../problems.ts'
import type { ConsentInput } from './settings-schema.ts'
import type { Installation } from './stored.ts'

type Asks = Pick<BotManifest, 'permissions'>
type Agreed = Pick<Installation['consent'], 'actions' | 'hosts'>

const missing = (wanted: readonly string[], had: readonly string[]): string[] =>
  wanted.filter((one) => !had.includes(one))

/** What a version asks for beyond what was agreed to. */
export const beyondConsent = (manifest: Asks, agreed: Agreed): BotManifest['permissions'] => ({
  actions: missing(manifest.permissions.actions, agreed.actions),
  hosts: missing(manifest.permissions.hosts, agreed.hosts),
})
export const asksMore = (manifest: Asks, agreed: Agreed): boolean => {
  const more = beyondConsent(manifest, agreed)
  return more.actions.length + more.hosts.length > 0
}

/**
 * What stands agreed to from here on: exactly what the version asks. Without a consent of this request it may ask for no
 * more than was agreed to before; a consent of this request says what was read, so it must be that and nothing else.
 * @throws Problem 409 `consent-required` with the sentences
 */
export async function agreedTo(
  ctx: BotsContext,
  manifest: Asks,
  o: { before: Agreed | null; given: ConsentInput | undefined; language: Language },
): Promise<Agreed> {
  const { actions, hosts } = manifest.permissions
  const given = o.given
  const covered = given
    ? missing(actions, given.actions).length +
        missing(hosts, given.hosts).length +
        missing(given.actions, actions).length +
        missing(given.hosts, hosts).length ===
      0
    : o.before !== null && !asksMore(manifest, o.before)
  if (covered) return { actions: [...actions], hosts: [...hosts] }
  const requested = requestedBy(manifest, ctx.use.actions.list(), o.language)
  throw new Problem(consentRequired, {
    detail: given
      ? 'What was agreed to is not what this version asks for.'
      : 'Nobody has agreed to what this version asks for.',
    extensions: { asks: { actions: [...actions], hosts: [...hosts], sentences: sentencesOf(requested) } },
  })
}

/** Who answers for the bot: its rights are what he holds when it runs. */
export function installerOf(tx: Tx): { kind: string; id: string } {
  const { actor } = tx
  if (actor.kind === 'system') return { kind: 'system', id: 'platform' }
  if (actor.kind === 'anonymous') throw new Problem(problems.unauthenticated)
  return { kind: actor.kind, id: actor.id }
}
