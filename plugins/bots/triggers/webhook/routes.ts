/** Incoming calls of other services, and the address they go to. */
import { Closed, Problem, problems, Text, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
import type { BotsContext, BotsRouter } from '../../context.ts'
import { requireAuthority } from '../../installations/rights.ts'
import { installationById, installationByKey } from '../../installations/stored.ts'
import { BotParams } from '../../language.ts'
import { signatureRefused } from '../../problems.ts'
import { Redactor } from '../../runs/redactor.ts'
import { startRun } from '../../runs/start.ts'
import { webhookPlace } from '../../secret-place.ts'
import { depthOfCall } from '../depth.ts'
import { hooksUrl, newSecret, newToken, tenantOf, tokenHash } from './address.ts'
import { verifySignature } from './verify.ts'

const tags = ['Runs of bots'] as const
/** What a bot may see of a call's headers. */
const shown = /^(content-type|user-agent|webhook-[a-z-]+|x-[a-z0-9-]+)$/
const hidden = /^(webhook-signature|x-hub-signature.*|x-forwarded.*|x-real-ip|x-organization|x-request-id)$/

export function webhookRoutes(r: BotsRouter): void {
  r.route({
    method: 'POST',
    url: `${hooksUrl}/:token`,
    access: {
      public: true,
      because: 'The address is secret, and each call is signed',
      tenant: ({ params }, lookup) => tenantOf(params.token ?? '', lookup),
    },
    summary: 'Take a signed call that starts a bot',
    description:
      'Signed by Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`; at most five minutes old) or by `X-Hub-Signature-256`. The same id, or without one the same body, starts one run.',
    tags,
    rateLimit: { max: 300, perSeconds: 60 },
    problems: [signatureRefused, problems.gone, problems.conflict],
    schema: {
      params: Closed({ token: Text(100) }),
      response: Type.Object({
        runId: Uuid(),
        duplicate: Type.Boolean({ description: 'This call came before; nothing was started anew' }),
      }),
    },
    status: 202,
    bodyLimit: 65_536,
    rawBody: true,
    handler: (ctx, { params, raw }) => ctx.transaction((tx) => receive(ctx, tx, params.token, raw!)),
  })
  r.route({
    method: 'POST',
    url: '/bots/:id/webhook/rotate',
    access: { requires: 'bots.install' },
    summary: 'Give a bot a new address for incoming calls',
    description: 'Shown this once, with the secret calls are signed with. The address before it no longer works.',
    tags,
    problems: [problems.conflict],
    schema: {
      params: BotParams,
      response: Type.Object({
        url: Type.String({ description: 'Post the calls here' }),
        secret: Type.String({ description: 'Of Standard Webhooks; as it stands for `X-Hub-Signature-256`' }),
      }),
    },
    once: ['url', 'secret'],
    handler: (ctx, { params }) => ctx.transaction((tx) => rotate(ctx, tx, params.id)),
  })
}

async function rotate(ctx: BotsContext, tx: Tx, key: string): Promise<{ url: string; secret: string }> {
  const installation = await installationByKey(tx, key, { lock: true })
  await requireAuthority(ctx, tx, installation)
  if (!installation.manifest.triggers.webhook)
    throw new Problem(problems.conflict, { detail: 'This bot listens to no incoming calls.' })
  const token = newToken()
  const secret = newSecret()
  await tx.query(
    `UPDATE bots.installation SET webhook_hash = $3, webhook_secret = $4, updated_at = $5, version = version + 1
      WHERE tenant_id = $1 AND id = $2`,
    [
      tx.tenantId,
      installation.id,
      tokenHash(token),
      ctx.use.seals.seal(webhookPlace(installation.id), secret),
      tx.now(),
    ],
  )
  await tx.audit({ action: 'bots.webhook-rotated', target: { type: 'bot', id: installation.key } })
  return { url: ctx.use.links.frontend(`/api/v1${hooksUrl}/${token}`), secret }
}

interface RawCall {
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Nothing is told to whoever cannot sign: not whether the bot is on, not whether its version listens. */
async function receive(ctx: BotsContext, tx: Tx, token: string, raw: RawCall) {
  const [found] = await tx.query<{ id: string; secret: string }>(
    'SELECT id, webhook_secret AS secret FROM bots.installation WHERE tenant_id = $1 AND webhook_hash = $2',
    [tx.tenantId, tokenHash(token)],
  )
  const installation = found && (await installationById(tx, found.id))
  if (!found || !installation) throw new Problem(problems.notFound)
  const bytes = Buffer.from(raw.bytes)
  const secret = ctx.use.seals.unseal(webhookPlace(found.id), found.secret)
  const signed = verifySignature(bytes, raw.headers, secret, ctx.now())
  if (!signed) throw new Problem(signatureRefused)
  if (!installation.enabled || installation.triggers.webhook === false || !installation.manifest.triggers.webhook)
    throw new Problem(problems.gone, { detail: 'The bot takes no calls at present.' })
  const { id, duplicate } = await startRun(tx, {
    installationId: found.id,
    trigger: {
      trigger: 'webhook',
      id: signed.id.replace(/^\w+:/, ''),
      headers: visible(raw.headers),
      body: bodyOf(bytes),
    },
    kind: 'webhook',
    depth: depthOfCall(raw.headers),
    key: signed.id,
  })
  return { runId: id, duplicate }
}

const visible = (headers: RawCall['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && shown.test(name) && !hidden.test(name) ? [[name, value.slice(0, 500)]] : [],
    ),
  )

/** JSON where it is some, else the text. */
function bodyOf(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  try {
    return new Redactor([]).json(JSON.parse(text))
  } catch {
    return new Redactor([]).text(text)
  }
}
