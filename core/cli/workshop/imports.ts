import { type ServiceRef, serviceRef } from '@guildhall/sdk'

type Progress = (done: number, total: number) => void

/** Why a row is not imported. */
export interface Told {
  readonly row: number
  readonly column: string | null
  readonly value: string | null
  readonly reason: string
  /** What could be imported instead. */
  readonly accepted: string | null
}

/** What the command line shows of an import. */
export interface ShownImport {
  readonly id: string
  readonly state: string
  readonly hash: string | null
  readonly counts: Readonly<Record<'create' | 'update' | 'unchanged' | 'conflict' | 'error', number>>
  readonly applied: Readonly<Record<'create' | 'update' | 'conflict', number>>
  readonly mapping: Readonly<Record<string, string | null>>
  readonly notices: readonly { readonly column: string | null; readonly message: string; readonly rows?: number }[]
  readonly summary: string
  readonly failure: string | null
}

/**
 * What the command line asks of whichever plugin imports. Core knows no plugin, so it names the service by its id and
 * says itself what it needs of it; the tests of the command hold the two together.
 */
export interface Imports {
  plan(
    o: {
      readonly path: string
      readonly fileName: string
      readonly into: string
      readonly mapping?: Readonly<Record<string, string | null>>
      readonly options?: Readonly<Record<string, string | boolean>>
    },
    onProgress?: Progress,
  ): Promise<ShownImport>
  apply(id: string, hash: string, onProgress?: Progress): Promise<ShownImport>
  cancel(id: string): Promise<unknown>
  problems(id: string, after: number, limit: number): Promise<{ problems: readonly Told[]; last: number | null }>
}

export const imports: ServiceRef<Imports> = serviceRef({ id: 'members.imports', scope: 'tenant' })
