import { randomUUID } from 'node:crypto'
import type { Expectations, Ids, Sample } from './expectation.ts'

const byId =
  (more: Omit<Sample, 'path'> = {}) =>
  (of: Ids): Sample => ({ path: { id: of.group }, ...more })
const seat = (of: Ids) => {
  const [id = '', seatId = ''] = of.seat.split('/')
  return { id, seatId }
}

const reads = { who: 'staff', needs: 'groups.read' } as const
const writes = { who: 'owner', needs: 'groups.write' } as const
const configures = { who: 'owner', needs: 'groups.configure' } as const
const seats = { who: 'staff', needs: 'groups.seats.read' } as const
const seating = { who: 'owner', needs: 'groups.seats.write' } as const

/** The tree and who sits where. */
export const groups: Expectations = {
  'GET /api/v1/groups': { ...reads, sample: (of) => ({ query: { parentId: of.group, below: of.otherGroup } }) },
  'POST /api/v1/groups': {
    ...writes,
    sample: (of) => ({ body: { name: `Choir ${randomUUID()}`, parentId: of.group } }),
    answer: 201,
  },
  'GET /api/v1/groups/:id': { ...reads, sample: byId() },
  'PUT /api/v1/groups/:id': {
    ...writes,
    sample: (of) => ({ path: { id: of.group }, body: { description: 'Sings', parentId: of.otherGroup } }),
  },
  'PATCH /api/v1/groups/:id': {
    ...writes,
    sample: (of) => ({ path: { id: of.group }, body: { description: 'Sings', parentId: of.otherGroup } }),
  },
  'DELETE /api/v1/groups/:id': { ...writes, sample: byId(), answer: 204 },
  'GET /api/v1/groups/analytics': { ...seats, sample: (of) => ({ query: { below: of.group } }) },

  'GET /api/v1/groups/:id/members': {
    ...seats,
    sample: (of) => ({ path: { id: of.group }, query: { memberId: of.member } }),
  },
  'GET /api/v1/groups/members/export': {
    who: 'staff',
    needs: 'groups.seats.export',
    sample: (of) => ({ query: { format: 'ndjson', groupId: of.group, memberId: of.member } }),
  },
  'POST /api/v1/groups/:id/members': {
    ...seating,
    sample: (of) => ({ path: { id: of.group }, body: { memberId: of.member } }),
    answer: 201,
  },
  'GET /api/v1/groups/:id/members/:seatId': {
    who: 'staff',
    needs: 'groups.seats.read',
    sample: (of) => ({ path: seat(of) }),
  },
  'PATCH /api/v1/groups/:id/members/:seatId': {
    ...seating,
    sample: (of) => ({ path: seat(of), body: { metadata: { key: 'at the door' } } }),
  },
  'DELETE /api/v1/groups/:id/members/:seatId': { ...seating, sample: (of) => ({ path: seat(of) }), answer: 204 },

  'GET /api/v1/groups/levels': reads,
  'PUT /api/v1/groups/levels': { ...configures, sample: () => ({ body: { levels: [] } }) },
  'GET /api/v1/groups/functions': reads,
  'PUT /api/v1/groups/functions': {
    ...configures,
    sample: () => ({ body: { functions: [{ key: 'chair', title: 'Chair', permissions: [], extent: 'group' }] } }),
  },
  'GET /api/v1/groups/gender-groups': reads,
  'PUT /api/v1/groups/gender-groups': {
    ...configures,
    sample: () => ({ body: { genderGroups: [{ code: 'F', label: 'Women' }] } }),
  },
  'GET /api/v1/groups/stages': reads,
  'PUT /api/v1/groups/stages': {
    ...configures,
    sample: () => ({ body: { stages: [{ label: 'U12', minAge: null, maxAge: 12 }] } }),
  },
}
