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
