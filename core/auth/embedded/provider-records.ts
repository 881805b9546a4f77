import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import type { Sequelize } from 'sequelize'
import { rows } from '../platform-rows.ts'

interface Row {
  payload: AdapterPayload
  consumed_at: Date | null
}

/** Keeps codes, grants and sessions of the embedded provider in PostgreSQL, so that any node can go on. */
export const providerRecords =
  (platform: Sequelize, clients: (id: string) => Promise<AdapterPayload | undefined>): AdapterFactory =>
  (model): Adapter => {
    const find = async (condition: string, value: string): Promise<AdapterPayload | undefined> => {
      const [row] = await rows<Row>(
        platform,
        `SELECT payload, consumed_at FROM core.oidc_record
          WHERE model = $1 AND ${condition} = $2 AND (expires_at IS NULL OR expires_at > now())`,
        [model, value],
      )
      if (!row) return undefined
      return row.consumed_at ? { ...row.payload, consumed: Math.floor(row.consumed_at.getTime() / 1_000) } : row.payload
    }
    return {
      find: (id) => (model === 'Client' ? clients(id) : find('id', id)),
      findByUid: (uid) => find('uid', uid),
      findByUserCode: (code) => find('user_code', code),
      upsert: async (id, payload, expiresIn) => {
        await rows(
          platform,
          `INSERT INTO core.oidc_record (model, id, payload, grant_id, user_code, uid, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second')
           ON CONFLICT (model, id) DO UPDATE SET payload = EXCLUDED.payload, grant_id = EXCLUDED.grant_id,
             user_code = EXCLUDED.user_code, uid = EXCLUDED.uid, expires_at = EXCLUDED.expires_at`,
          [
            model,
            id,
            JSON.stringify(payload),
            payload.grantId ?? null,
            payload.userCode ?? null,
            payload.uid ?? null,
            expiresIn ?? null,
          ],
        )
      },
      consume: async (id) => {
        await rows(platform, 'UPDATE core.oidc_record SET consumed_at = now() WHERE model = $1 AND id = $2', [
          model,
          id,
        ])
      },
      destroy: async (id) => {
        await rows(platform, 'DELETE FROM core.oidc_record WHERE model = $1 AND id = $2', [model, id])
      },
      revokeByGrantId: async (grantId) => {
        await rows(platform, 'DELETE FROM core.oidc_record WHERE grant_id = $1', [grantId])
      },
    }
  }

/** To be called daily. Gives how many records had ended. */
export async function deleteEndedRecords(platform: Sequelize): Promise<number> {
  return (await rows(platform, 'DELETE FROM core.oidc_record WHERE expires_at < now() RETURNING 1')).length
}
