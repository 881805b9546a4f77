/** What stands in every mail beside the template's own variables. */
import type { Organization } from '@guildhall/sdk'
import type { EmailContext } from '../context.ts'

export const frameFor = (ctx: EmailContext, organization: Organization) => ({
  name: organization.name,
  colour: ctx.config.colour ?? '#1f5f8b',
  logo: ctx.config.logo ?? '',
  footer: ctx.config.footer ?? '',
  link: ctx.use.links.frontend('/'),
})
