import { jwtVerify } from 'jose'
import type { Cache } from '../../cache/index.ts'
import { algorithms, clockToleranceSeconds } from '../bearer/token-rules.ts'
import type { Issuer } from '../issuer/issuer.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** A token older than this is refused, so a replay need not be remembered longer. */
const longestLifeSeconds = 600

/**
 * Checks a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6): signature, issuer, our client, its age, the
 * event, no nonce, a session or a subject, and that it was not seen before.
 * @throws Error when one of these fails
 */
export async function readLogoutToken(
  token: string,
  o: { issuer: Issuer; clientId: string; cache: Cache },
): Promise<{ sid?: string; subject?: string }> {
  const { payload, protectedHeader } = await jwtVerify(token, o.issuer.keys, {
    issuer: o.issuer.url,
    audience: o.clientId,
    algorithms: [...algorithms],
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
    maxTokenAge: longestLifeSeconds,
    clockTolerance: clockToleranceSeconds,
  })
  const type = protectedHeader.typ?.toLowerCase()
  if (type !== undefined && type !== 'logout+jwt' && type !== 'jwt') throw new Error('not a logout token')
  const events = payload.events as Record<string, unknown> | null
  if (typeof events !== 'object' || events === null || typeof events[logoutEvent] !== 'object')
    throw new Error('the logout event is missing')
  if ('nonce' in payload) throw new Error('an ID token is no logout token')
  const sid = typeof payload.sid === 'string' ? payload.sid : undefined
  if (!sid && !payload.sub) throw new Error('neither a session nor a subject')
  const seen = { ttlMs: (longestLifeSeconds + 2 * clockToleranceSeconds) * 1_000, onlyIfNew: true }
  if (!(await o.cache.set(`logout:${o.issuer.name}:${payload.jti}`, '1', seen))) throw new Error('seen before')
  return { ...(sid ? { sid } : {}), ...(payload.sub ? { subject: payload.sub } : {}) }
}
