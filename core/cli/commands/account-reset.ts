import { type Output, UsageError } from '../terminal/output.ts'
import { withPlatform } from '../workshop/open.ts'

/** For whoever has no mail: a link for each account of the address. Its sessions end when the link is used. */
export async function run(_o: object, output: Output, [email = '']: readonly string[]): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new UsageError(`"${email}" is no e-mail address`)
  await withPlatform(async ({ identity }) => {
    const links = await identity.people.resetLinks(email)
    for (const { userId } of links)
      await identity.audit({
        event: 'auth.reset-link-made',
        outcome: 'success',
        actor: { kind: 'system', id: 'command line' },
        meta: { userId },
      })
    const where = (slugs: readonly string[]) => (slugs.length > 0 ? `  (${slugs.join(', ')})` : '')
    output.result(
      { links },
      // With one account nothing but the link, so that it can be passed on as it is.
      links.length === 1
        ? links[0]!.link
        : links.map(({ link, organizations }) => `${link}${where(organizations)}`).join('\n'),
    )
  })
}
