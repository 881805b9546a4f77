import type { Context, MailSettings, Router, Sandbox, ShippedBot } from '@guildhall/sdk'
import type { Identity } from '../auth/index.ts'
import type { Enablement } from '../plugin-host/index.ts'
import type { Runtime } from '../runtime.ts'
import type { OrganizationDefaults } from '../tenancy/organization.ts'
import type { CorePermission } from './permissions.ts'

/** What core's own routes and services need of the configuration. */
export interface CoreSettings {
  /** Absolute; uploads and results of organisations are kept below it. */
  readonly dataDir: string
  readonly organizationDefaults: OrganizationDefaults
  /** Ids of the plugins a new organisation starts with; default: all that are installed. */
  readonly bundled?: readonly string[]
  /** The address people use, without a slash at the end. */
  readonly publicUrl: string
  /** Bots that come with the platform. */
  readonly bots?: readonly ShippedBot[]
  /** Default: no server, so mails stay in the outbox. */
  readonly mail?: MailSettings
  /** Where untrusted code runs; closed with the platform. Without one nothing of it does. */
  readonly sandbox?: Sandbox
}

/** What only an open door knows; the command line has none. */
export interface Door {
  /** The address with the port that was really taken. */
  readonly publicUrl?: string
  /** The OpenAPI document of what is on. */
  readonly openapi?: (on: Enablement) => object
  /** People and clients at the identity provider in use. */
  readonly identity?: Pick<Identity, 'people' | 'serviceAccounts'> & Partial<Pick<Identity, 'cleanUp'>>
}

export interface Surroundings extends Omit<CoreSettings, 'bundled'>, Door {
  readonly publicUrl: string
  readonly runtime: Runtime
}

type None = Record<never, never>
export type CoreContext = Context<None, None, None, CorePermission>
export type CoreRouter = Router<CoreContext, CorePermission>

/**
 * The host reads definitions before anything is connected, so the plugin `core` is made first and learns where it is
 * afterwards.
 */
export class Place {
  #around: Surroundings | null = null

  settle(around: Surroundings): void {
    this.#around = around
  }

  open(door: Door): void {
    this.#around = { ...this.around, ...door }
  }

  get around(): Surroundings {
    if (!this.#around) throw new Error('The plugin "core" was asked before the platform was open: call settle() first')
    return this.#around
  }

  get identity(): NonNullable<Door['identity']> {
    const { identity } = this.around
    if (!identity) throw new Error('The plugin "core" has no identity provider: give openDoor() one')
    return identity
  }
}
