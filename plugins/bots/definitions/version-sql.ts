import type { BotManifest, Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'

/** One version of a bot: published here, or shipped and perhaps not yet in the database (`id` null). */
export interface BotVersion {
  readonly id: string | null
  readonly botId: string
  readonly version: string
  readonly origin: 'published' | 'shipped'
  /** SHA-256 in hex of the JavaScript that runs. */
  readonly hash: string
  readonly manifest: BotManifest
  readonly publishedBy: { readonly kind: string; readonly id: string } | null
  readonly createdAt: Date | null
}
/** What runs, and what the author wrote. */
export interface BotSource {
  readonly source: string
  readonly original: string
}

const columns = `v.id, v.bot_id AS "botId", v.version, v.origin, v.hash, v.manifest, v.created_at AS "createdAt",
  json_build_object('kind', v.published_by_kind, 'id', v.published_by_id) AS "publishedBy"`

export const allVersions = (tx: Tx): Promise<BotVersion[]> =>
  tx.query<BotVersion>(`SELECT ${columns} FROM bots.bot_version v WHERE v.tenant_id = $1`, [tx.tenantId])

export const versionsOf = (tx: Tx, botId: string): Promise<BotVersion[]> =>
  tx.query<BotVersion>(`SELECT ${columns} FROM bots.bot_version v WHERE v.tenant_id = $1 AND v.bot_id = $2`, [
    tx.tenantId,
    botId,
  ])

export async function versionById(tx: Tx, id: string): Promise<BotVersion | null> {
  const [row] = await tx.query<BotVersion>(
    `SELECT ${columns} FROM bots.bot_version v WHERE v.tenant_id = $1 AND v.id = $2`,
    [tx.tenantId, id],
  )
  return row ?? null
}

export async function sourceOf(tx: Tx, id: string): Promise<BotSource | null> {
  const [row] = await tx.query<BotSource & Record<string, unknown>>(
    'SELECT source, original FROM bots.bot_version WHERE tenant_id = $1 AND id = $2',
    [tx.tenantId, id],
  )
  return row ?? null
}

/** Gives the new version's id, or null when this version of the bot is there already. */
export async function insertVersion(
  tx: Tx,
  v: BotSource & Pick<BotVersion, 'manifest' | 'origin' | 'hash'> & { by: { kind: string; id: string } },
): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO bots.bot_version (tenant_id, id, bot_id, version, origin, hash, source, original, manifest,
            published_by_kind, published_by_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (tenant_id, bot_id, version) DO NOTHING RETURNING id`,
    [
      tx.tenantId,
      uuidv7(),
      v.manifest.id,
      v.manifest.version,
      v.origin,
      v.hash,
      v.source,
      v.original,
      JSON.stringify(v.manifest),
      v.by.kind,
      v.by.id,
      tx.now(),
    ],
  )
  return row?.id ?? null
}
