/**
 * Invitations (DOMAIN §5): a link sent to an address makes its holder a member, once. The token is 256 random bits and
 * only its hash is kept; nobody gives by invitation what he does not hold, neither when he invites nor when it is accepted.
 *
 *   routes.ts         staff: invite, list, resend, cancel      invite.ts   the rules of it
 *   accept-routes.ts  whoever has the link: look, accept       accept.ts   the rules of it
 */
export { acceptRoutes } from './accept-routes.ts'
export { expiredInvitations, pendingInvitations } from './figures.ts'
export { invitationRoutes } from './routes.ts'
