import fastifyJwt from '@fastify/jwt'
import { isProblem } from '@guildhall/sdk'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type CryptoKey, errors, exportSPKI, type JWTHeaderParameters } from 'jose'
import type { Issuer } from '../issuer/issuer.ts'
import type { Principal } from '../principal.ts'
import { issuerUnreachable, refusedCredential } from '../refusal.ts'
import {
  algorithms,
  clockToleranceSeconds,
  longestToken,
  refusedUnseen,
  requiredClaims,
  type TokenClaims,
  type TokenHeader,
} from './token-rules.ts'

interface Complete {
  readonly header: TokenHeader
  readonly payload: TokenClaims
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: unknown
  }
}

/**
 * Verifies bearer JWTs with @fastify/jwt. Its token cache stays off (its advisories were about it); a verification
 * costs some 100 µs.
 */
export class BearerDoor {
  readonly #issuer: Issuer
  readonly #audience: string
  readonly #principalOf: (claims: TokenClaims) => Promise<Principal>
  readonly #pems = new WeakMap<object, Promise<string>>()

  constructor(o: { issuer: Issuer; audience: string; principalOf: (claims: TokenClaims) => Promise<Principal> }) {
    this.#issuer = o.issuer
    this.#audience = o.audience
    this.#principalOf = o.principalOf
  }

  /** To be called once, before the routes. */
  async register(app: FastifyInstance): Promise<void> {
    await app.register(fastifyJwt, {
      decoratorName: 'bearerClaims',
      decode: { complete: true },
      secret: async (_request: FastifyRequest, token: unknown) => this.#keyFor(token as Complete),
      verify: {
        algorithms: [...algorithms],
        allowedIss: [this.#issuer.url],
        allowedAud: [this.#audience],
        requiredClaims: [...requiredClaims],
        clockTolerance: clockToleranceSeconds * 1_000,
      },
    })
  }

  /** @throws Problem 401, or 503 when the issuer's keys cannot be had */
  async principalOf(request: FastifyRequest): Promise<Principal> {
    if ((request.headers.authorization?.length ?? 0) > longestToken) throw refusedCredential('The token is too long.')
    let claims: TokenClaims
    try {
      claims = await request.jwtVerify<TokenClaims>()
    } catch (error) {
      throw isProblem(error) ? error : refusedCredential('The token is not valid here.', error)
    }
    return this.#principalOf(claims)
  }

  async #keyFor({ header, payload }: Complete): Promise<string> {
    const reason = refusedUnseen(header, payload, this.#issuer.url)
    if (reason) throw refusedCredential('The token is not valid here.', new Error(`refused for its ${reason}`))
    try {
      const key = await this.#issuer.keys(header as JWTHeaderParameters, { payload: '', signature: '' })
      return await this.#pem(key as CryptoKey)
    } catch (cause) {
      if (isProblem(cause)) throw cause
      throw noSuchKey(cause) ? refusedCredential('The token is not valid here.', cause) : issuerUnreachable(cause)
    }
  }

  #pem(key: CryptoKey): Promise<string> {
    const known = this.#pems.get(key)
    if (known) return known
    const pem = exportSPKI(key)
    this.#pems.set(key, pem)
    return pem
  }
}

/** The key set was read and has no key for this token; everything else means that it could not be read. */
const noSuchKey = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported
