/**
 * Identity: who asks, and which organisation he means. Sessions of browsers, bearer tokens of the issuer, API tokens;
 * sign-in by OpenID Connect at the embedded provider or an outside one. What somebody may do is not known here.
 * `createIdentity` wires it all; the rest is types and what routes and the CLI use inside a unit of work.
 */
export type { AccountMail, AccountPost } from './account-post.ts'
export { type AuditPlatform, type PlatformAuditEntry, truncated } from './audit-platform.ts'
export type { Authenticate } from './authenticator.ts'
export { emailKey } from './email-key.ts'
export { createIdentity, type Identity, type IdentityOptions } from './identity.ts'
export type { Propose } from './login/auth-routes.ts'
export type { ClaimedOrganization, ClaimedRights } from './login/claimed-organizations.ts'
export type { DescribeAccess } from './login/status.ts'
export type {
  Affiliation,
  GlobalRole,
  Principal,
  ServiceAccountPrincipal,
  TokenPrincipal,
  UserPrincipal,
} from './principal.ts'
export type { NewServiceAccount, ServiceAccount, ServiceAccounts } from './service-accounts/service-accounts.ts'
export {
  type ApiToken,
  createApiToken,
  type NewApiToken,
  readApiToken,
  revokeApiToken,
} from './tokens/api-tokens.ts'
export { createToken, hashToken, isTokenShaped } from './tokens/token-format.ts'
export type { People } from './users/people.ts'
