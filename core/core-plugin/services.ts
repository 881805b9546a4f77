import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FilesService, type LinksService, Problem, problems, type UsersService } from '@guildhall/sdk'
import { rows } from '../auth/platform-rows.ts'
import type { Surroundings } from './surroundings.ts'

const safeName = /^[a-z0-9][a-z0-9-]{0,62}$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** `<data folder>/files/<organisation>/<purpose>`, readable by the platform's account alone. */
export const filesServiceFor = (around: Pick<Surroundings, 'dataDir'>): FilesService => ({
  folder: async (tenantId, purpose) => {
    if (!uuid.test(tenantId) || !safeName.test(purpose)) throw new TypeError(`Not a folder of an organisation: ${purpose}`)
    const folder = join(around.dataDir, 'files', tenantId, purpose)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  },
})

export const linksServiceFor = (around: Pick<Surroundings, 'publicUrl'>): LinksService => ({
  frontend: (path) => new URL(path, around.publicUrl).href,
})

/** Users are global and only the platform role reads them; the affiliation, read under row-level security, decides who is seen. */
export const usersServiceFor = (around: Surroundings): UsersService => ({
  affiliated: async (tx, userId) => {
    const [here] = await tx.query('SELECT 1 FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2', [tx.tenantId, userId])
    if (!here) return null
    const [user] = await rows<{ id: string; email: string | null; name: string | null }>(
      around.runtime.database.platform,
      'SELECT id, email, name FROM core.app_user WHERE id = $1',
      [userId],
    )
    return user ?? null
  },
  affiliate: async (tx, userId) => {
    await tx.query('INSERT INTO core.affiliation (tenant_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [tx.tenantId, userId])
    tx.accessChanged()
  },
  unaffiliate: async (tx, userId) => {
    const gone = await tx.query('DELETE FROM core.affiliation WHERE tenant_id = $1 AND user_id = $2 RETURNING user_id', [tx.tenantId, userId])
    if (gone.length === 0) throw new Problem(problems.notFound)
    await tx.query(`DELETE FROM core."grant" WHERE tenant_id = $1 AND principal_kind = 'user' AND principal_id = $2`, [tx.tenantId, userId])
    tx.accessChanged()
  },
  ensureAccount: (_tx, person) => around.people.ensure(person),
})
