/** Members, groups and seats as actions answer with them: a test names what matters to it. */
import type { ActionId, ActionRegistry } from '../registries.ts'

type Plain = Record<string, unknown>
/** Typed once the types of actions are known (`guildhall types`). */
type Answer<A extends string> = A extends ActionId ? (ActionRegistry[A] extends { output: infer R } ? R : Plain) : Plain
type ItemOf<T> = T extends { items: readonly (infer I)[] } ? I : Plain
type Member = Answer<'members.get'>
type Group = Answer<'groups.get'>
type Seat = ItemOf<Answer<'groups.members'>>

const time = '2026-01-01T09:00:00.000Z'

/** The n-th id of a test, always the same. */
export const anId = (n = 1): string => `01890a5d-ac96-774b-8000-${n.toString(16).padStart(12, '0')}`

export const aMember = (o: Partial<Member> = {}): Member =>
  ({
    id: anId(1),
    displayName: 'Maria Velázquez',
    firstName: 'Maria',
    lastName: 'Velázquez',
    photoUrl: null,
    middleName: null,
    suffix: null,
    email: 'maria@example.org',
    phone: null,
    address: null,
    birthday: '1985-04-12',
    gender: null,
    language: 'en',
    skills: [],
    customFields: {},
    emergencyContact: null,
    role: 'maker',
    status: 'active',
    joinedOn: '2026-01-01',
    leftOn: null,
    notes: null,
    tags: [],
    externalIds: [],
    metadata: {},
    userId: null,
    suspendedAt: null,
    suspendedReason: null,
    createdAt: time,
    updatedAt: time,
    version: 1,
    ...o,
  }) as Member

export const aGroup = (o: Partial<Group> = {}): Group =>
  ({
    id: anId(101),
    parentId: anId(100),
    type: null,
    name: 'Volleyball',
    path: [anId(100), anId(101)],
    description: '',
    icon: null,
    colour: null,
    logo: null,
    phone: null,
    address: null,
    genderGroup: null,
    stage: null,
    externalId: null,
    metadata: {},
    memberCount: 0,
    createdAt: time,
    updatedAt: time,
    version: 1,
    ...o,
  }) as Group

export const aSeat = (o: Partial<Seat> = {}): Seat =>
  ({
    id: anId(201),
    groupId: anId(101),
    groupName: 'Volleyball',
    memberId: anId(1),
    memberName: 'Maria Velázquez',
    role: 'member',
    roleTitle: 'Member',
    from: '2026-01-01',
    until: null,
    rank: null,
    metadata: {},
    createdAt: time,
    updatedAt: time,
    version: 1,
    ...o,
  }) as Seat
