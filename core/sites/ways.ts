import type { UserPrincipal } from '../auth/principal.ts'
import type { Runtime } from '../runtime.ts'

/** A site that somebody has reason to open. */
export interface Way {
  readonly href: string
  readonly title: Readonly<Record<'de' | 'en', string>>
  /** Name of the organisation it is about, where the person belongs to several. */
  readonly organization?: string
}
export type WaysOf = (user: UserPrincipal) => Promise<readonly Way[]>

/** Sites that link to themselves, of plugins that are on in an organisation where the person holds what they ask for. */
export const waysOf =
  ({ host, enablement, access }: Pick<Runtime, 'host' | 'enablement' | 'access'>): WaysOf =>
  async (user) => {
    const several = user.organizations.length > 1
    const ways: Way[] = []
    for (const { id, slug, name, status } of user.organizations) {
      if (status !== 'active') continue
      const on = await enablement.of(id)
      const { permissions } = await access.of(id, user)
      for (const { spec } of host.plugins) {
        const { at, link } = spec.site ?? {}
        if (!link || !on.isOn(spec.id) || !permissions.includes(link.requires)) continue
        ways.push({
          href: several ? `${at}?org=${encodeURIComponent(slug)}` : `${at}`,
          title: link.title,
          ...(several && { organization: name }),
        })
      }
    }
    return ways
  }
