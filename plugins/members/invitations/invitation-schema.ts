import { Closed, Email, List, LongText, Name, Nullable, Party, Text, Timestamp, Titles, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { OwnMember } from '../member-schema.ts'

export const invitationStatuses = ['pending', 'accepted', 'expired', 'cancelled'] as const

export const InvitationInput = Closed(
  {
    email: Email({ examples: ['maria@example.org'] }),
    role: Type.Optional(
      Text(64, { default: 'maker', description: 'Whoever invites must hold it', examples: ['maker'] }),
    ),
    planId: Type.Optional(Uuid({ description: 'The plan that begins when the invitation is accepted' })),
    groupIds: Type.Optional(List(Uuid(), 20, { uniqueItems: true, description: 'Groups the new member is put into' })),
    message: Type.Optional(LongText(2000, { description: 'Shown in the mail and on the page of the invitation' })),
  },
  {
    title: 'InvitationInput',
    examples: [{ email: 'maria@example.org', role: 'maker', message: 'Welcome to the workshop!' }],
  },
)
export type InvitationInput = Static<typeof InvitationInput>
/** Fields of the body that plugins carry out, each by the step with that key. */
export const stepKeys = ['planId', 'groupIds'] as const

export const Invitation = Type.Object(
  {
    id: Uuid(),
    email: Type.String(),
    role: Type.String({ description: 'Key of the role that accepting grants' }),
    planId: Nullable(Uuid()),
    groupIds: Type.Array(Uuid(), { description: 'Groups the person enters', maxItems: 20 }),
    message: Nullable(Type.String({ description: 'Stands in the mail' })),
    status: Type.Enum([...invitationStatuses], { description: 'Whether it can still be accepted' }),
    expiresAt: Timestamp({ description: 'Until when it can be accepted' }),
    acceptedAt: Nullable(Timestamp({ description: 'Null: not yet' })),
    cancelledAt: Nullable(Timestamp({ description: 'Null: not withdrawn' })),
    resendCount: Type.Integer({ description: 'How often it was sent again' }),
    invitedBy: Party({ description: 'Who sent the invitation' }),
    memberId: Nullable(Uuid({ description: 'Who accepted it' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'Invitation' },
)
export type Invitation = Static<typeof Invitation>

export const SentInvitation = Type.Object(
  {
    ...Invitation.properties,
    acceptLink: Type.Optional(
      Type.String({
        description:
          'Only while no mail server is set; shown now and never again. Whoever has it becomes the member: pass it on to the address',
      }),
    ),
  },
  { title: 'SentInvitation' },
)
export type SentInvitation = Static<typeof SentInvitation>

/** What the invited see before they decide. */
export const Offer = Type.Object(
  {
    organization: Type.Object(
      { name: Type.String({ description: 'Its name' }), slug: Type.String({ description: 'Its name in addresses' }) },
      { description: 'Who invites' },
    ),
    role: Type.String({ description: 'Key of the role that accepting grants' }),
    roleTitle: Type.String({ description: 'Its title' }),
    roleTitles: Titles(),
    plan: Nullable(Type.String({ description: 'Name of the plan' })),
    groups: Nullable(Type.String({ description: 'Names of the groups' })),
    message: Nullable(Type.String({ description: 'From whoever invited' })),
    expiresAt: Timestamp({ description: 'Until when it can be accepted' }),
  },
  { title: 'InvitationOffer' },
)
export type Offer = Static<typeof Offer>

/** All that the invited say themselves: everything else was settled by whoever invited. */
export const Acceptance = Closed(
  {
    firstName: Type.Optional(Name()),
    middleName: Type.Optional(Name()),
    lastName: Type.Optional(Name()),
    suffix: Type.Optional(Text(50)),
    displayName: Type.Optional(Text(400)),
  },
  { title: 'InvitationAcceptance', examples: [{ firstName: 'Maria', lastName: 'Velázquez' }] },
)
export type Acceptance = Static<typeof Acceptance>

export const Accepted = Type.Object(
  {
    ...OwnMember.properties,
    setPasswordLink: Type.Optional(
      Type.String({
        description:
          'Only while no mail server is set, for whoever was not signed in, and only this once: where the password is chosen',
      }),
    ),
  },
  { title: 'AcceptedInvitation' },
)
export type Accepted = Static<typeof Accepted>
