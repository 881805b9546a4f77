import fc from 'fast-check'
import Fastify, { type FastifyInstance } from 'fastify'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import t from 'tap'
import { BearerDoor } from '#core/auth/bearer/bearer-door.ts'
import { algorithms, clockToleranceSeconds, longestToken, requiredClaims } from '#core/auth/bearer/token-rules.ts'

const issuer = 'https://id.example.org/realms/club'
const audience = 'guildhall-api'
const kinds = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
const now = () => Math.floor(Date.now() / 1_000)

const pairs = await Promise.all(
  kinds.map(async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true })
    return {
      alg,
      kid: `key-${alg}`,
      ...pair,
      jwk: { ...(await exportJWK(pair.publicKey)), kid: `key-${alg}`, alg, use: 'sig' },
    }
  }),
)
const stranger = await generateKeyPair('RS256', { extractable: true })
const keys = createLocalJWKSet({ keys: pairs.map(({ jwk }) => jwk as JWK) })

async function door(): Promise<FastifyInstance> {
  const app = Fastify()
  const bearer = new BearerDoor({
    issuer: {
      name: issuer,
      url: issuer,
      keys,
      client: () => Promise.reject(new Error('not asked')),
      state: () => 'ok',
    },
    audience,
    principalOf: async () => ({ kind: 'user', id: 'u', organizations: [] }),
  })
  await bearer.register(app)
  app.get('/', async (request) => bearer.principalOf(request))
  return app
}

/**
 * The oracle, with the same settings and the rules of ours that jose does not know: white space inside base64url, an
 * audience that is not text.
 */
async function joseAccepts(token: string): Promise<boolean> {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false
  if (`Bearer ${token}`.length > longestToken) return false
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      requiredClaims: [...requiredClaims],
      clockTolerance: clockToleranceSeconds,
    })
    return (
      typeof payload.sub === 'string' && payload.sub !== '' && [payload.aud].flat().every((a) => typeof a === 'string')
    )
  } catch {
    return false
  }
}

const claimValues: Record<string, fc.Arbitrary<unknown>> = {
  iss: fc.constantFrom(issuer, `${issuer}/`, issuer.toUpperCase(), [issuer], '', null, 1, undefined),
  aud: fc.constantFrom(audience, [audience], ['x', audience], ['x'], [], 'x', null, undefined, [1, audience]),
  sub: fc.constantFrom('person', '', 1, null, undefined, ['person']),
  exp: fc.constantFrom(now() + 300, now() - 300, '9999999999', null, undefined, -1, now() + 300.5),
  iat: fc.constantFrom(now(), now() - 100, 'now', null, undefined),
  nbf: fc.constantFrom(undefined, now() - 10, now() + 300, 'never', null),
}

const wellSigned = fc.record({
  key: fc.constantFrom(...kinds, 'stranger'),
  claims: fc.record(claimValues),
  usual: fc.subarray(Object.keys(claimValues), { minLength: 4 }),
  kid: fc.constantFrom('own', 'other', 'none'),
})

type Shape = typeof wellSigned extends fc.Arbitrary<infer T> ? T : never

async function sign({ key, claims, usual, kid }: Shape): Promise<string> {
  const pair = pairs.find(({ alg }) => alg === key) ?? { ...pairs[0]!, privateKey: stranger.privateKey }
  const good: Record<string, unknown> = { iss: issuer, aud: audience, sub: 'person', exp: now() + 300, iat: now() }
  const merged = { ...claims, ...Object.fromEntries(usual.map((name) => [name, good[name]])) }
  const present = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
  const header = { alg: pair.alg, ...(kid === 'none' ? {} : { kid: kid === 'own' ? pair.kid : 'key-ES256' }) }
  return new SignJWT(present).setProtectedHeader(header).sign(pair.privateKey)
}

/** One character of a good token changed, taken out or put in, or two parts swapped. */
const damaged = fc.record({
  at: fc.nat(2_000),
  how: fc.constantFrom('change', 'remove', 'insert', 'swap', 'cut'),
  character: fc.constantFrom(...'AZaz09-_.=+/ é'.split('')),
  pair: fc.constantFrom(...pairs),
})

t.test('our answer and that of jose are the same for signed tokens with odd claims', async (t) => {
  const app = await door()
  t.teardown(() => app.close())
  const seen = { yes: 0, no: 0 }
  await fc.assert(
    fc.asyncProperty(wellSigned, async (shape) => {
      const token = await sign(shape)
      const { statusCode } = await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } })
      const expected = await joseAccepts(token)
      seen[expected ? 'yes' : 'no']++
      return (statusCode === 200) === expected
    }),
    { numRuns: 300 },
  )
  t.ok(seen.yes > 10 && seen.no > 10, `both kinds occurred: ${JSON.stringify(seen)}`)
})

t.test('our answer and that of jose are the same for damaged tokens, and never an error of ours', async (t) => {
  const app = await door()
  t.teardown(() => app.close())
  await fc.assert(
    fc.asyncProperty(damaged, async ({ at, how, character, pair }) => {
      const good = await new SignJWT({ iss: issuer, aud: audience, sub: 'person', exp: now() + 300, iat: now() })
        .setProtectedHeader({ alg: pair.alg, kid: pair.kid })
        .sign(pair.privateKey)
      const place = at % good.length
      const [header = '', payload = '', signature = ''] = good.split('.')
      const token = {
        change: good.slice(0, place) + character + good.slice(place + 1),
        remove: good.slice(0, place) + good.slice(place + 1),
        insert: good.slice(0, place) + character + good.slice(place),
        swap: `${payload}.${header}.${signature}`,
        cut: good.slice(0, place),
      }[how]
      const { statusCode } = await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } })
      if (statusCode >= 500) return false
      return (statusCode === 200) === (await joseAccepts(token))
    }),
    { numRuns: 300 },
  )
})

t.test('a token of every algorithm we take is taken', async (t) => {
  const app = await door()
  t.teardown(() => app.close())
  for (const { alg, kid, privateKey } of pairs) {
    const token = await new SignJWT({ iss: issuer, aud: [audience], sub: 'person', exp: now() + 60, iat: now() })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(privateKey)
    t.equal((await app.inject({ url: '/', headers: { authorization: `Bearer ${token}` } })).statusCode, 200, alg)
  }
})
