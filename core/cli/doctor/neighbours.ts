import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type Config, namesInVault } from '../../config/index.ts'
import { readVault } from '../../secrets/index.ts'
import type { Finding } from './findings.ts'

const patienceMs = 3_000

/** What is not on this machine, or shared with others on it. */
export async function* neighbourFindings(config: Config): AsyncGenerator<Finding> {
  yield await portFinding(config)
  yield await redisFinding(config)
  yield await issuerFinding(config)
  yield await vaultFinding(config)
  yield await mailFinding(config)
}

/** Whether somebody listens there; whether he takes our mails, `guildhall mail test` asks. */
async function mailFinding({ mail: { server, port }, environment }: Config): Promise<Finding> {
  const check = 'mail'
  if (!server)
    return environment === 'production'
      ? { check, state: 'warn', detail: 'stays in the outbox', remedy: 'Set SMTP_SERVER.' }
      : { check, state: 'ok', detail: 'stays in the outbox' }
  const socket = connect({ host: server, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) })
    return { check, state: 'ok', detail: `${server}:${port} answers` }
  } catch (error) {
    return {
      check,
      state: 'fail',
      detail: `${server}:${port} does not answer: ${reason(error)}`,
      remedy: 'Start it, or correct SMTP_SERVER and SMTP_PORT; mails wait in the outbox meanwhile.',
    }
  } finally {
    socket.destroy()
  }
}

/** `fetch` and `once` say what happened in the cause; a connection tried on several addresses says it in a code. */
function reason(error: unknown): string {
  const { message, cause, code } = error as NodeJS.ErrnoException & { cause?: unknown }
  return cause ? reason(cause) : message || String(code)
}

async function portFinding({ server: { host, port, portChosen } }: Config): Promise<Finding> {
  const check = 'port'
  const probe = createServer()
  try {
    probe.listen({ host, port })
    await once(probe, 'listening')
    return { check, state: 'ok', detail: `${host}:${port} is free` }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE')
      return {
        check,
        state: 'fail',
        detail: (error as Error).message,
        remedy: 'Set HOST and PORT to what this machine has.',
      }
    if (await isGuildhall(`http://${host}:${port}`))
      return { check, state: 'ok', detail: `Guildhall listens on ${host}:${port}` }
    return portChosen
      ? { check, state: 'fail', detail: `${host}:${port} is taken`, remedy: 'Stop what uses it, or set PORT.' }
      : { check, state: 'ok', detail: `${host}:${port} is taken; the next free one will be used` }
  } finally {
    probe.close()
  }
}

const isGuildhall = (address: string): Promise<boolean> =>
  fetch(`${address}/health/live`, { signal: AbortSignal.timeout(patienceMs) }).then(
    (response) => response.ok,
    () => false,
  )

async function redisFinding({ redis, environment }: Config): Promise<Finding> {
  const check = 'redis'
  if (!redis.url)
    return { check, state: 'ok', detail: `not used${environment === 'production' ? ': a single node' : ''}` }
  const { Redis } = await import('ioredis')
  const client = new Redis(redis.url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    retryStrategy: () => null,
  })
  let refused: Error | undefined
  client.on('error', (error) => (refused = error))
  try {
    await client.connect()
    await client.ping()
    return { check, state: 'ok', detail: 'answers' }
  } catch (error) {
    return {
      check,
      state: 'fail',
      // The client itself only says that the connection is closed.
      detail: `does not answer: ${reason(refused ?? error)}`,
      remedy: 'Start it, or correct REDIS_URL.',
    }
  } finally {
    client.disconnect()
  }
}

async function issuerFinding({ identity: { issuer, internalBase } }: Config): Promise<Finding> {
  const check = 'identity provider'
  if (!issuer) return { check, state: 'ok', detail: 'embedded, local accounts' }
  const address = `${internalBase || issuer}`.replace(/\/$/, '')
  try {
    const response = await fetch(`${address}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const { issuer: said } = (await response.json()) as { issuer?: unknown }
    return said === issuer
      ? { check, state: 'ok', detail: issuer }
      : {
          check,
          state: 'fail',
          detail: `calls itself ${String(said)}, not ${issuer}`,
          remedy: 'Set OIDC_ISSUER to exactly what the provider calls itself.',
        }
  } catch (error) {
    return {
      check,
      state: 'fail',
      detail: `${address} does not answer: ${reason(error)}`,
      remedy: 'Start it, or correct OIDC_ISSUER.',
    }
  }
}

/** It has been asked for the configuration already: where it is away now, the last good values served. */
async function vaultFinding({ vault }: Config): Promise<Finding> {
  const check = 'vault'
  if (!vault.path) return { check, state: 'ok', detail: 'not used' }
  try {
    const { known, unknown } = namesInVault(await readVault(vault))
    const gives = `gives ${known.join(', ') || 'nothing'}`
    return unknown.length === 0
      ? { check, state: 'ok', detail: gives }
      : {
          check,
          state: 'warn',
          detail: `${gives}; not the name of a secret: ${unknown.join(', ')}`,
          remedy: 'Name the keys as docs/reference/configuration.md names the variables.',
        }
  } catch (error) {
    return {
      check,
      state: 'warn',
      detail: `${(error as Error).message}; its last good values serve`,
      remedy: 'Start it: a change of the token, or another data folder, and the next start fails.',
    }
  }
}
