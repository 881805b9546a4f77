import type { FastifyInstance } from 'fastify'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { fixture, publicUrl, serveIdentity } from './identity-under-test.ts'

const credentials = (app: FastifyInstance, id: string, secret: string) =>
  app.inject({
    method: 'POST',
    url: '/oidc/token',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    },
    payload: 'grant_type=client_credentials',
  })

t.test('a service account signs in by client_credentials and is one organisation', async (t) => {
  const f = await fixture(t)
  const { identity, app } = await serveIdentity(t, f)
  const tenant = await f.organization('club')
  const { record, clientSecret } = await f.work(tenant, (tx) =>
    identity.serviceAccounts.create(tx, { name: 'importer', role: 'admin', scopes: ['members.read'] }),
  )
  const answer = await credentials(app, record.clientId, clientSecret!)
  t.equal(answer.statusCode, 200)
  const { access_token: token } = answer.json()
  t.equal(decodeProtectedHeader(token).alg, 'ES256')
  t.match(decodeJwt(token), { iss: `${publicUrl}/oidc`, aud: 'guildhall-api', sub: record.clientId })
  const whoami = () => app.inject({ url: '/whoami', headers: { authorization: `Bearer ${token}` } })
  t.same((await whoami()).json().principal, {
    kind: 'serviceAccount',
    id: record.id,
    tenantId: tenant,
    role: 'admin',
    scopes: ['members.read'],
  })
  t.equal((await credentials(app, record.clientId, 'wrong')).statusCode, 401)
  const renewed = await f.work(tenant, (tx) => identity.serviceAccounts.renewSecret(tx, record.id))
  t.equal((await credentials(app, record.clientId, clientSecret!)).statusCode, 401, 'the old secret has ended')
  t.equal((await credentials(app, record.clientId, renewed.clientSecret)).statusCode, 200)
  await f.work(tenant, (tx) => identity.serviceAccounts.change(tx, record.id, { disabled: true }))
  t.equal((await whoami()).statusCode, 401, 'disabling ends its tokens at once')
  t.equal(f.changed.length, 3)
})
