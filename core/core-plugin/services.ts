import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type FilesService,
  isUuid,
  type LinksService,
  type MailSettingsService,
  type Sandbox,
  type UsersService,
} from '@guildhall/sdk'
import type { Place, Surroundings } from './surroundings.ts'

const safeName = /^[a-z0-9][a-z0-9-]{0,62}$/

/** `<data folder>/files/<organisation>/<purpose>`, readable by the platform's account alone. */
export const filesServiceFor = (around: Pick<Surroundings, 'dataDir'>): FilesService => ({
  folder: async (tenantId, purpose) => {
    if (!isUuid(tenantId) || !safeName.test(purpose)) throw new TypeError(`Not a folder of an organisation: ${purpose}`)
    const folder = join(around.dataDir, 'files', tenantId, purpose)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  },
})

export const linksServiceFor = (around: Pick<Surroundings, 'publicUrl'>): LinksService => ({
  frontend: (path) => new URL(path, around.publicUrl).href,
})

/** Users are global; who belongs here is read under row-level security, and decides who is seen. */
export const usersServiceFor = (place: Place): UsersService => ({
  affiliated: (tx, userId) => place.identity.people.affiliated(tx, userId),
  affiliate: (tx, userId) => place.identity.people.affiliate(tx, userId),
  unaffiliate: async (tx, userId) => {
    await tx.query(`DELETE FROM core."grant" WHERE tenant_id = $1 AND principal_kind = 'user' AND principal_id = $2`, [
      tx.tenantId,
      userId,
    ])
    await place.identity.people.unaffiliate(tx, userId)
  },
  accountHere: (tx, person) => place.identity.people.accountHere(tx, person),
  ownsAddress: (tx, person) => place.identity.people.ownsAddress(tx, person),
})

const noMail: MailSettingsService['settings'] = {
  server: '',
  port: 587,
  username: '',
  password: '',
  fromEmail: '',
  fromName: '',
  security: 'auto',
  oauth: { clientId: '', clientSecret: '', refreshToken: '', tokenUrl: '' },
  dkim: { domain: '', selector: '', privateKey: '' },
}
export const mailSettingsServiceFor = (around: Pick<Surroundings, 'mail'>): MailSettingsService => ({
  settings: around.mail ?? noMail,
})

/** @throws Error on a platform that was opened without one */
export function sandboxFor(around: Pick<Surroundings, 'sandbox'>): Sandbox {
  if (!around.sandbox) throw new Error('This platform was opened without a sandbox: give openRuntime() one')
  return around.sandbox
}
