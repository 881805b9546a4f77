import { test } from 'tap'
import { createManagementServer, HealthChecks, type HealthState } from '#core/http/index.ts'
import { start } from './server.start.ts'

const checks = (...given: [string, boolean, () => Promise<HealthState>][]): HealthChecks => {
  const registry = new HealthChecks()
  for (const [name, requiredForRequests, check] of given) registry.add({ name, requiredForRequests, check })
  return registry
}

test('a node is unready only for what requests need', async (t) => {
  const mail = await start(t, {
    health: checks(
      ['database', true, async () => 'ok'],
      ['smtp', false, async () => Promise.reject(new Error('secret host'))],
    ),
  })
  const worn = await mail.app.inject('/health/ready')
  t.equal(worn.statusCode, 200)
  t.match(worn.json(), {
    status: 'degraded',
    checks: [
      { name: 'database', state: 'ok', required: true, ms: Number },
      { name: 'smtp', state: 'down' },
    ],
  })
  t.notMatch(worn.body, /secret/)
  const { app } = await start(t, { health: checks(['database', true, async () => 'down']) })
  t.equal((await app.inject('/health/ready')).statusCode, 503)
  t.equal((await app.inject('/health/live')).statusCode, 200)
})

test('asking often asks the parts once', async (t) => {
  let asked = 0
  const { app } = await start(t, {
    health: checks([
      'database',
      true,
      async () => {
        asked++
        return 'ok'
      },
    ]),
  })
  await Promise.all([1, 2, 3].map(() => app.inject('/health/ready')))
  t.equal(asked, 1)
})

test('figures carry the pattern of the route and need the token', async (t) => {
  const { app } = await start(t, { metricsToken: 'right' })
  await app.inject('/api/v1/things/0190a5d0-0000-7000-8000-000000000001')
  t.equal((await app.inject('/metrics')).statusCode, 401)
  t.equal((await app.inject({ url: '/metrics', headers: { authorization: 'Bearer wrong' } })).statusCode, 401)
  const { body, statusCode } = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer right' } })
  t.equal(statusCode, 200)
  t.match(body, /guildhall_http_requests_total\{method="GET",route="\/api\/v1\/things\/:id",status="404"\} 1/)
  t.match(body, /process_event_loop_lag_seconds\{quantile="99"\}/)
  t.notMatch(body, /0190a5d0/)
})

test('without a token the figures are on the management port alone', async (t) => {
  const health = checks(['database', true, async () => 'ok'])
  const { app } = await start(t, { health })
  t.equal((await app.inject('/metrics')).statusCode, 404)
  const management = await createManagementServer(app, health)
  t.teardown(() => management.close())
  t.equal((await management.inject('/metrics')).statusCode, 200)
  t.equal((await management.inject('/health/ready')).statusCode, 200)
})

test('a node that drains is unready and still alive', async (t) => {
  const health = checks(['database', true, async () => 'ok'])
  const { app } = await start(t, { health })
  health.drain()
  const ready = await app.inject('/health/ready')
  t.equal(ready.statusCode, 503)
  t.equal(ready.json().status, 'stopping')
  t.equal((await app.inject('/health/live')).statusCode, 200)
})
