import { Sequelize } from 'sequelize'
import { roleNames, rolePassword } from './roles.ts'

/** The addresses of one database, by role. */
export interface DatabaseUrls {
  readonly owner: string
  readonly rw: string
  readonly platform: string
  /** Carries LISTEN; differs from `platform` only behind a transaction pooler. */
  readonly direct: string
}

export interface Database {
  /** Serves requests: bound by row-level security, so every statement needs a unit of work. */
  readonly rw: Sequelize
  /** Crosses organisations: jobs, schedules, identity. Never reached by plugin code. */
  readonly platform: Sequelize
  readonly urls: DatabaseUrls
  close(): Promise<void>
}

/** The database that an address leads to. */
export const databaseName = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1))

export function databaseUrls(o: {
  ownerUrl: string
  appUrl?: string
  platformUrl?: string
  directUrl?: string
  masterKey: Buffer
  /** A clone of a migrated template keeps the template's roles. */
  roleOwner?: string
}): DatabaseUrls {
  const owner = new URL(o.ownerUrl)
  const roles = roleNames(o.roleOwner ?? databaseName(o.ownerUrl), o)
  const as = (role: string) => {
    const url = new URL(owner)
    url.username = encodeURIComponent(role)
    url.password = rolePassword(o.masterKey, role)
    return url.href
  }
  const platform = o.platformUrl || as(roles.platform)
  return { owner: o.ownerUrl, rw: o.appUrl || as(roles.rw), platform, direct: o.directUrl || platform }
}

/** Every connection says whose it is, so that the embedded server knows when the last Guildhall has gone. */
export const applicationName = (part: string) => `guildhall ${part} ${process.pid}`

export function connectDatabase(urls: DatabaseUrls, pool: { rw: number; platform: number }): Database {
  const open = (url: string, max: number, part: string) => {
    const sequelize = new Sequelize(url, {
      dialect: 'postgres',
      logging: false,
      pool: { max, min: 0, idle: 30_000, acquire: 10_000 },
      define: { underscored: true, timestamps: false, freezeTableName: true },
      dialectOptions: { application_name: applicationName(part), keepAlive: true },
    })
    // Statements are sent without waiting for the answers to those before; Sequelize passes no such option on.
    sequelize.addHook('afterConnect', (connection) => {
      ;(connection as { pipeline: boolean }).pipeline = true
    })
    return sequelize
  }
  const rw = open(urls.rw, pool.rw, 'rw')
  const platform = open(urls.platform, pool.platform, 'platform')
  return {
    rw,
    platform,
    urls,
    close: async () => {
      await Promise.all([rw.close(), platform.close()])
    },
  }
}
