import { Problem, problems } from '@guildhall/sdk'

export type EditionName = 'starter' | 'professional' | 'enterprise'

/** Which plugins an edition includes (DOMAIN §2); null: every one. Without an edition everything is allowed. */
const starter = ['members', 'plans', 'groups', 'email'] as const
const editions: Readonly<Record<EditionName, readonly string[] | null>> = {
  starter,
  professional: [...starter, 'bots', 'training'],
  enterprise: null,
}

export const inEdition = (edition: EditionName | null | undefined, pluginId: string): boolean =>
  !edition || pluginId === 'core' || (editions[edition]?.includes(pluginId) ?? true)

/** @throws Problem 403 `not-in-edition` */
export function requireInEdition(edition: EditionName | null | undefined, pluginId: string): void {
  if (inEdition(edition, pluginId)) return
  throw new Problem(problems.notInEdition, {
    detail: `The edition "${edition}" does not include the plugin "${pluginId}".`,
    extensions: { plugin: pluginId, edition },
  })
}
