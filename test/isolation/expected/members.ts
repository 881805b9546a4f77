import { randomUUID } from 'node:crypto'
import type { Expectations, Ids, Sample } from './expectation.ts'

/** Kinds that stand for several ids at once carry them as `a/b/c`, in the order of the address. */
const part = (id: string, at: number): string => id.split('/')[at] ?? id

const byId =
  (kind: keyof Ids, more: Omit<Sample, 'path'> = {}) =>
  (of: Ids): Sample => ({ path: { id: of[kind] }, ...more })
const newName = () => ({ firstName: 'Grace', lastName: `H${randomUUID().slice(0, 8)}` })

const staff = { who: 'staff', needs: 'members.read' } as const
const updates = { who: 'owner', needs: 'members.update' } as const
const merges = { who: 'owner', needs: 'members.merge' } as const
const configures = { who: 'owner', needs: 'members.configure' } as const
const decides = { who: 'owner', needs: 'members.create' } as const
const ownUpdate = {
  who: 'ownOrOwner',
  needs: 'members.update',
  sample: byId('member', { body: { skills: ['welding'] } }),
} as const

/** The register: SECURITY §3 gives makers only their own record, and `admin` no write at all. */
export const members: Expectations = {
  'GET /api/v1/members': { ...staff, sample: (of) => ({ query: { userId: of.user, householdId: of.household } }) },
  'POST /api/v1/members': { ...decides, sample: () => ({ body: newName() }), answer: 201 },
  'POST /api/v1/members/query': {
    ...staff,
    sample: (of) => ({ body: { filter: { field: 'userId', op: 'eq', value: of.user } } }),
    foreignInBody: [200],
  },
  'GET /api/v1/members/:id': { who: 'ownOrStaff', needs: 'members.read', sample: byId('member') },
  'PUT /api/v1/members/:id': ownUpdate,
  'PATCH /api/v1/members/:id': ownUpdate,
  'DELETE /api/v1/members/:id': { who: 'owner', needs: 'members.delete', sample: byId('member'), answer: 204 },
  'POST /api/v1/members/:id/suspend': {
    who: 'owner',
    needs: 'members.suspend',
    sample: byId('member', { body: { reason: 'Did not pay' } }),
  },
  'POST /api/v1/members/:id/reactivate': { who: 'owner', needs: 'members.suspend', sample: byId('suspendedMember') },
  'POST /api/v1/members/:id/restore': { who: 'owner', needs: 'members.delete', sample: byId('deletedMember') },
  'PUT /api/v1/members/:id/user': {
    ...updates,
    sample: (of) => ({ path: { id: of.member }, body: { userId: of.user } }),
  },
  'GET /api/v1/members/:id/activities': { ...staff, sample: byId('member') },
  // A token is nobody's record.
  'GET /api/v1/members/me': { who: 'signedIn', answer: 404 },
  'PATCH /api/v1/members/me': { who: 'signedIn', sample: () => ({ body: { skills: ['welding'] } }), answer: 404 },

  // Definitions, no data: whoever fills in his own record needs them.
  'GET /api/v1/custom-fields': { who: 'anyRole', needs: 'members.read' },
  'GET /api/v1/custom-fields/:id': { ...staff, sample: byId('customField') },
  'POST /api/v1/custom-fields': {
    ...configures,
    sample: () => ({ body: { key: `shoe${randomUUID().slice(0, 8)}`, type: 'text', title: 'Shoe size' } }),
    answer: 201,
  },
  'PUT /api/v1/custom-fields/:id': { ...configures, sample: byId('customField', { body: { title: 'Size of shoe' } }) },
  'PATCH /api/v1/custom-fields/:id': { ...configures, sample: byId('customField', { body: { title: 'Size' } }) },
  'DELETE /api/v1/custom-fields/:id': { ...configures, sample: byId('customField'), answer: 204 },

  'GET /api/v1/households': { ...staff, sample: (of) => ({ query: { memberId: of.member } }) },
  'GET /api/v1/households/:id': { ...staff, sample: byId('household') },
  'POST /api/v1/households': {
    ...updates,
    sample: (of) => ({ body: { name: 'Hopper', members: [{ memberId: of.member, part: 'head' }] } }),
    answer: 201,
  },
  'PUT /api/v1/households/:id': {
    ...updates,
    sample: (of) => ({ path: { id: of.household }, body: { members: [{ memberId: of.otherMember, part: 'adult' }] } }),
  },
  'PATCH /api/v1/households/:id': {
    ...updates,
    sample: (of) => ({ path: { id: of.household }, body: { members: [{ memberId: of.otherMember, part: 'adult' }] } }),
  },
  'DELETE /api/v1/households/:id': { ...updates, sample: byId('household'), answer: 204 },
  'GET /api/v1/members/:id/guardians': { who: 'ownOrStaff', needs: 'members.read', sample: byId('member') },
  'POST /api/v1/members/:id/guardians': {
    ...updates,
    sample: (of) => ({ path: { id: of.member }, body: { guardianId: of.otherMember } }),
    answer: 201,
  },
  'GET /api/v1/members/:id/guardians/:guardianshipId': {
    who: 'ownOrStaff',
    needs: 'members.read',
    sample: (of) => ({ path: { id: part(of.guardian, 0), guardianshipId: part(of.guardian, 1) } }),
  },
  'DELETE /api/v1/members/:id/guardians/:guardianshipId': {
    ...updates,
    sample: (of) => ({ path: { id: part(of.guardian, 0), guardianshipId: part(of.guardian, 1) } }),
    answer: 204,
  },

  'GET /api/v1/members/duplicates': { ...merges, sample: (of) => ({ query: { memberId: of.member } }) },
  'POST /api/v1/members/duplicates/scan': { ...merges, answer: 202 },
  'PATCH /api/v1/members/duplicates/:id': {
    ...merges,
    sample: byId('duplicatePair', { body: { state: 'different' } }),
  },
  'POST /api/v1/members/:id/merge': {
    ...merges,
    sample: (of) => ({ path: { id: of.member }, body: { loserId: of.otherMember } }),
    answer: 201,
  },
  'GET /api/v1/members/:id/merge/:mergeId': {
    ...merges,
    sample: (of) => ({ path: { id: part(of.merge, 0), mergeId: part(of.merge, 1) } }),
  },
  'POST /api/v1/members/:id/merge/:mergeId/apply': {
    ...merges,
    sample: (of) => ({
      path: { id: part(of.merge, 0), mergeId: part(of.merge, 1) },
      body: { hash: part(of.merge, 2) },
    }),
    answer: 202,
  },

  'GET /api/v1/registrations': decides,
  'POST /api/v1/registrations/:id/accept': { ...decides, sample: byId('registration') },
  'POST /api/v1/registrations/:id/refuse': { ...decides, sample: byId('registration') },
}

const invites = { who: 'owner', needs: 'members.invite' } as const

export const invitations: Expectations = {
  'GET /api/v1/members/invites': { who: 'staff', needs: 'members.readInvites' },
  'GET /api/v1/members/invites/:id': { who: 'staff', needs: 'members.readInvites', sample: byId('invitation') },
  'POST /api/v1/members/invites': {
    ...invites,
    sample: (of) => ({
      body: {
        email: `${randomUUID()}@example.org`,
        role: 'maker',
        planId: of.plan,
        groupIds: [of.group],
        message: 'Join us',
      },
    }),
    answer: 201,
  },
  'POST /api/v1/members/invites/:id/resend': { ...invites, sample: byId('invitation') },
  'DELETE /api/v1/members/invites/:id': { ...invites, sample: byId('invitation'), answer: 204 },
}

const imports_ = { who: 'owner', needs: 'members.import' } as const
const csv = 'firstName;lastName;email\nGrace;Hopper;grace@example.org\n'

export const imports: Expectations = {
  'GET /api/v1/imports': imports_,
  'POST /api/v1/imports': {
    ...imports_,
    sample: () => ({ file: { name: 'members.csv', content: csv, fields: { into: 'members' } } }),
    answer: 201,
  },
  'GET /api/v1/imports/:id': { ...imports_, sample: (of) => ({ path: { id: part(of.import, 0) } }) },
  'GET /api/v1/imports/:id/problems': { ...imports_, sample: (of) => ({ path: { id: part(of.import, 0) } }) },
  'GET /api/v1/imports/:id/problems.csv': { ...imports_, sample: (of) => ({ path: { id: part(of.import, 0) } }) },
  'POST /api/v1/imports/:id/apply': {
    ...imports_,
    sample: (of) => ({ path: { id: part(of.import, 0) }, body: { hash: part(of.import, 1) } }),
    foreignInBody: [409],
    answer: 202,
  },
  'POST /api/v1/imports/:id/cancel': {
    ...imports_,
    sample: (of) => ({ path: { id: part(of.import, 0) } }),
    answer: 202,
  },
  'POST /api/v1/imports/:id/undo': {
    ...imports_,
    sample: (of) => ({ path: { id: part(of.import, 0) } }),
    answer: 409, // it is not applied
  },
}

const bulk = (of: Ids) => ({ id: part(of.bulkOperation, 0) })
// A plan holds what its maker may see, so it is his alone.
const his = { who: 'itsMaker', needs: 'members.read' } as const

export const bulkOperations: Expectations = {
  'POST /api/v1/members/bulk-operations': {
    who: 'owner',
    needs: 'members.read',
    sample: (of) => ({ body: { operation: 'tag', ids: [of.member], parameters: { add: ['choir'] } } }),
    answer: 201,
    // Planned as a member that is not there: the plan says so and changes nothing.
    foreignInBody: [201, 400, 404],
  },
  'GET /api/v1/members/bulk-operations/:id': { ...his, sample: (of) => ({ path: bulk(of) }) },
  'GET /api/v1/members/bulk-operations/:id/rows': { ...his, sample: (of) => ({ path: bulk(of) }) },
  'POST /api/v1/members/bulk-operations/:id/apply': {
    ...his,
    sample: (of) => ({ path: bulk(of), body: { hash: part(of.bulkOperation, 1) } }),
    foreignInBody: [409],
    answer: 202,
  },
  'POST /api/v1/members/bulk-operations/:id/cancel': { ...his, sample: (of) => ({ path: bulk(of) }) },
  'GET /api/v1/members/bulk-operations/:id/file': {
    who: 'itsMaker',
    needs: 'members.export',
    sample: (of) => ({ path: bulk(of) }),
    answer: 404, // it exports nothing
  },
  'GET /api/v1/members/export': {
    who: 'staff',
    needs: 'members.export',
    sample: (of) => ({ query: { format: 'ndjson', userId: of.user } }),
  },
}
