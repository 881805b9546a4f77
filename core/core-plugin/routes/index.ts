/** Core's routes, one file a resource. */
import type { CoreRouter, Place } from '../surroundings.ts'
import { apiTokenRoutes } from './api-tokens.ts'
import { auditRoutes } from './audit.ts'
import { catalogueRoutes } from './catalogue.ts'
import { grantRoutes } from './grants.ts'
import { jobRoutes } from './jobs.ts'
import { organizationRoutes } from './organization.ts'
import { organizationAliasRoutes } from './organization-aliases.ts'
import { organizationsRoutes } from './organizations.ts'
import { permissionRoutes } from './permissions.ts'
import { pluginRoutes } from './plugins.ts'
import { roleMappingRoutes } from './role-mappings.ts'
import { roleRoutes } from './roles.ts'
import { serviceAccountRoutes } from './service-accounts.ts'
import { userRoutes } from './users.ts'

/** What the tags of these routes are about. */
export const coreTags = {
  Organisation: 'Name, address, language and settings of the organisation one is in.',
  Organisations: 'All organisations of the platform, for whoever runs it.',
  Plugins: 'The parts of the platform: which are on in an organisation, and how they are set.',
  'Roles and grants': 'Who may do what where: roles, who holds them, and why something is allowed.',
  Users: 'Accounts that can sign in to the organisation.',
  'API tokens': 'Credentials of programs, each with a role, scopes and an end.',
  'Service accounts': 'Programs that fetch their tokens by OAuth 2.0 client credentials.',
  Audit: 'Who did what and when. Nobody changes it.',
  Catalogue: 'What there is to react to and to call: events, actions, and this document.',
  Jobs: 'Work of the clock and of the background, and running it now.',
} as const

export function coreRoutes(r: CoreRouter, place: Place): void {
  organizationRoutes(r, place)
  organizationsRoutes(r, place)
  organizationAliasRoutes(r, place)
  pluginRoutes(r, place)
  roleRoutes(r, place)
  grantRoutes(r, place)
  roleMappingRoutes(r, place)
  permissionRoutes(r, place)
  userRoutes(r, place)
  apiTokenRoutes(r, place)
  serviceAccountRoutes(r, place)
  auditRoutes(r, place)
  catalogueRoutes(r, place)
  jobRoutes(r, place)
}
