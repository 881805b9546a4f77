import { Problem, problems } from '@guildhall/sdk'

/** 401 in the words of RFC 6750 §3.1. Why exactly is for the log (`cause`), not for who tries. */
export const refusedCredential = (detail: string, cause?: unknown): Problem =>
  new Problem(problems.unauthenticated, {
    detail,
    cause,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })

/** The keys of the issuer cannot be had: nobody can say whether the token is good. */
export const issuerUnreachable = (cause: unknown): Problem =>
  new Problem(problems.identityUnavailable, { cause, headers: { 'retry-after': '5' } })

/** The credential holds, its organisation does not serve anybody. */
export const suspended = (): Problem => new Problem(problems.forbidden, { detail: 'The organisation is suspended.' })
