import { randomUUID } from 'node:crypto'
import type { Expectations } from './expectation.ts'

const platform = (needs: string) => ({ who: 'platform', needs }) as const

/** What core itself serves. */
export const core: Expectations = {
  'GET /api/v1/organizations/current': { who: 'staff', needs: 'core.organization.read' },
  'PUT /api/v1/organizations/current': {
    who: 'owner',
    needs: 'core.organization.update',
    sample: () => ({ body: { name: 'Renamed' } }),
  },

  'GET /api/v1/organizations': platform('core.organizations.read'),
  'POST /api/v1/organizations': platform('core.organizations.manage'),
  'GET /api/v1/organizations/:id': platform('core.organizations.read'),
  'PUT /api/v1/organizations/:id': platform('core.organizations.manage'),
  'POST /api/v1/organizations/:id/apply': platform('core.organizations.manage'),
  'GET /api/v1/organizations/:id/aliases': platform('core.organizations.read'),
  'PUT /api/v1/organizations/:id/aliases': platform('core.organizations.manage'),
  'POST /api/v1/organizations/:id/suspend': platform('core.organizations.manage'),
  'POST /api/v1/organizations/:id/reactivate': platform('core.organizations.manage'),
  'POST /api/v1/organizations/:id/deletion': platform('core.organizations.manage'),
  'GET /api/v1/organizations/:id/deletion/:operation': platform('core.organizations.read'),
  'POST /api/v1/organizations/:id/deletion/:operation/apply': platform('core.organizations.manage'),

  'GET /api/v1/plugins': { who: 'owner', needs: 'core.plugins.read' },
  'GET /api/v1/plugins/:id': { who: 'owner', needs: 'core.plugins.read', sample: () => ({ path: { id: 'members' } }) },
  'GET /api/v1/plugins/:id/manifest': {
    who: 'staff',
    needs: 'core.catalogue.read',
    sample: () => ({ path: { id: 'members' } }),
  },
  'PUT /api/v1/plugins/:id': {
    who: 'owner',
    needs: 'core.plugins.manage',
    sample: () => ({ path: { id: 'members' }, body: { enabled: true } }),
  },
  'POST /api/v1/plugins/:id/purge': {
    who: 'owner',
    needs: 'core.plugins.purge',
    sample: () => ({ path: { id: 'members' } }),
    answer: 409, // it is on
  },
  'GET /api/v1/plugins/:id/purge/:operation': {
    who: 'owner',
    needs: 'core.plugins.purge',
    sample: (of) => ({ path: { id: 'members', operation: of.member } }),
    answer: 404, // nothing was planned
  },
  'POST /api/v1/plugins/:id/purge/:operation/apply': {
    who: 'owner',
    needs: 'core.plugins.purge',
    sample: (of) => ({ path: { id: 'members', operation: of.member }, body: { hash: 'a'.repeat(64) } }),
    answer: 404,
  },

  'GET /api/v1/roles': { who: 'owner', needs: 'core.roles.read' },
  'GET /api/v1/roles/:key': { who: 'owner', needs: 'core.roles.read', sample: (of) => ({ path: { key: of.role } }) },
  'POST /api/v1/roles': {
    who: 'owner',
    needs: 'core.roles.manage',
    sample: () => ({
      body: { key: `desk-${randomUUID()}`, title: 'Front desk', permissions: ['core.catalogue.read'] },
    }),
    answer: 201,
  },
  'PUT /api/v1/roles/:key': {
    who: 'owner',
    needs: 'core.roles.manage',
    sample: (of) => ({ path: { key: of.role }, body: { title: 'Front desk' } }),
  },
  'DELETE /api/v1/roles/:key': {
    who: 'owner',
    needs: 'core.roles.manage',
    sample: (of) => ({ path: { key: of.role } }),
    answer: 204,
  },

  'GET /api/v1/role-mappings': { who: 'owner', needs: 'core.grants.read' },
  'PUT /api/v1/role-mappings': {
    who: 'owner',
    needs: 'core.grants.manage',
    sample: () => ({ body: { mappings: [{ claim: 'realm-role', value: 'helper', role: 'maker' }] } }),
  },

  'GET /api/v1/grants': {
    who: 'owner',
    needs: 'core.grants.read',
    sample: (of) => ({ query: { user: of.user, group: of.group } }),
  },
  'POST /api/v1/grants': {
    who: 'owner',
    needs: 'core.grants.manage',
    sample: (of) => ({ body: { userId: of.user, role: 'maker', groupId: of.group } }),
    answer: 201,
  },
  'GET /api/v1/grants/:id': { who: 'owner', needs: 'core.grants.read', sample: (of) => ({ path: { id: of.grant } }) },
  'DELETE /api/v1/grants/:id': {
    who: 'owner',
    needs: 'core.grants.manage',
    sample: (of) => ({ path: { id: of.grant } }),
    answer: 204,
  },
  'GET /api/v1/permissions': { who: 'staff', needs: 'core.catalogue.read' },
  'GET /api/v1/permissions/explain': {
    who: 'owner',
    needs: 'core.grants.read',
    sample: (of) => ({
      query: { principal: `user:${of.user}`, permission: 'members.read', group: of.group, member: of.member },
    }),
    foreignInQuery: [400, 404],
  },

  'GET /api/v1/users': { who: 'owner', needs: 'core.users.read', sample: (of) => ({ query: { id: of.user } }) },
  'GET /api/v1/users/:id': { who: 'owner', needs: 'core.users.read', sample: (of) => ({ path: { id: of.user } }) },

  'GET /api/v1/api-tokens': { who: 'owner', needs: 'core.tokens.read' },
  'GET /api/v1/api-tokens/:id': {
    who: 'owner',
    needs: 'core.tokens.read',
    sample: (of) => ({ path: { id: of.apiToken } }),
  },
  'POST /api/v1/api-tokens': {
    who: 'owner',
    needs: 'core.tokens.manage',
    sample: (of) => ({ body: { name: 'A token', role: of.role } }),
    answer: 201,
  },
  'DELETE /api/v1/api-tokens/:id': {
    who: 'owner',
    needs: 'core.tokens.manage',
    sample: (of) => ({ path: { id: of.apiToken } }),
  },
  'GET /api/v1/service-accounts': { who: 'owner', needs: 'core.service-accounts.read' },
  'GET /api/v1/service-accounts/:id': {
    who: 'owner',
    needs: 'core.service-accounts.read',
    sample: (of) => ({ path: { id: of.serviceAccount } }),
  },
  'POST /api/v1/service-accounts': {
    who: 'owner',
    needs: 'core.service-accounts.manage',
    sample: (of) => ({ body: { name: 'Door', role: of.role } }),
    answer: 201,
  },
  'PUT /api/v1/service-accounts/:id': {
    who: 'owner',
    needs: 'core.service-accounts.manage',
    sample: (of) => ({ path: { id: of.serviceAccount }, body: { name: 'Back door' } }),
  },
  'POST /api/v1/service-accounts/:id/renew-secret': {
    who: 'owner',
    needs: 'core.service-accounts.manage',
    sample: (of) => ({ path: { id: of.serviceAccount } }),
  },
  'DELETE /api/v1/service-accounts/:id': {
    who: 'owner',
    needs: 'core.service-accounts.manage',
    sample: (of) => ({ path: { id: of.serviceAccount } }),
    answer: 204,
  },

  'GET /api/v1/audit': {
    who: 'owner',
    needs: 'core.audit.read',
    sample: (of) => ({ query: { target: of.member, actor: of.apiToken } }),
  },
  'GET /api/v1/audit/export': {
    who: 'owner',
    needs: 'core.audit.read',
    sample: (of) => ({ query: { target: of.member } }),
  },

  'GET /api/v1/events': { who: 'staff', needs: 'core.catalogue.read' },
  'GET /api/v1/actions': { who: 'staff', needs: 'core.catalogue.read' },
  'GET /api/v1/openapi.json': { who: 'signedIn' },
  'GET /api/v1/jobs': { who: 'owner', needs: 'core.jobs.read' },
  'GET /api/v1/jobs/parked': { who: 'owner', needs: 'core.jobs.read' },
  'POST /api/v1/jobs/:id/run': {
    who: 'owner',
    needs: 'core.jobs.run',
    sample: () => ({ path: { id: 'members.recomputeStatus' }, body: { key: 'by-hand' } }),
    answer: 202,
  },
}
