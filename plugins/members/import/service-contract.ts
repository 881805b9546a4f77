/** What others may do with imports: the command line drives them in its own process. Part of refs.ts. */
import type { Import, ImportOptions, RowProblem } from './import-schema.ts'

export interface NewImport {
  readonly fileName: string
  /** members, groups, group-members or memberships. */
  readonly into: string
  /** Column to field; columns left out are mapped by their headers. */
  readonly mapping?: Readonly<Record<string, string | null>>
  readonly options?: ImportOptions
  /** Applies the plan as soon as it stands. Default false. */
  readonly apply?: boolean
}
export type ImportProgress = (done: number, total: number) => void

/**
 * Acts for the actor of its context. Each method works in this process until it is done; what is left when the process
 * dies is carried on by the next node.
 */
export interface ImportService {
  /** Plans the import of a file, which stays as it is. @throws Problem 4xx when it cannot be read or mapped, 403 */
  plan(o: NewImport & { readonly path: string }, onProgress?: ImportProgress): Promise<Import>
  /** @throws Problem 409 `plan-outdated` with the rows that changed, 409 when it is no plan any more, 403 */
  apply(id: string, hash: string, onProgress?: ImportProgress): Promise<Import>
  /** Goes on with one that is being planned or applied. */
  resume(id: string, onProgress?: ImportProgress): Promise<Import>
  cancel(id: string): Promise<Import>
  /** @throws Problem 409 listing what changed since; nothing is reverted then */
  undo(id: string): Promise<Import>
  get(id: string): Promise<Import>
  /** Problems after a row, and the row to go on after; null: that was all. */
  problems(id: string, after: number, limit: number): Promise<{ problems: RowProblem[]; last: number | null }>
}
