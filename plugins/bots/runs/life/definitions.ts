/** What versions say and do, kept by this process: a version never changes, and a run needs all of it. */
import type { BotManifest, Tx } from '@guildhall/sdk'

export interface Definition {
  readonly manifest: BotManifest
  readonly source: string
}

/** Characters of source; who was not asked for longest goes first. */
const most = 4_000_000
const kept = new Map<string, Definition>()
let held = 0

export async function definitionOf(tx: Tx, versionId: string): Promise<Definition | null> {
  const key = `${tx.tenantId}:${versionId}`
  const known = kept.get(key)
  if (known) {
    kept.delete(key)
    kept.set(key, known)
    return known
  }
  const [row] = await tx.query<Definition & Record<string, unknown>>(
    'SELECT manifest, source FROM bots.bot_version WHERE tenant_id = $1 AND id = $2',
    [tx.tenantId, versionId],
  )
  if (!row) return null
  keep(key, row)
  return row
}

function keep(key: string, definition: Definition): void {
  kept.set(key, definition)
  held += definition.source.length
  for (const [oldest, { source }] of kept) {
    if (held <= most) return
    kept.delete(oldest)
    held -= source.length
  }
}
