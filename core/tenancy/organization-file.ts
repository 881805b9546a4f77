import type { Level } from '@guildhall/sdk'

/** An organisation's hierarchy as its file gives it, read and checked. */
export interface OrganizationFile {
  readonly uid: string | null
  readonly name: string
  readonly levels: readonly Level[]
  readonly genderGroups: readonly { readonly code: string; readonly label: string }[]
  readonly stages: readonly { readonly label: string; readonly minAge: number | null; readonly maxAge: number | null }[]
  readonly settings: Readonly<Record<string, unknown>>
  /** What the reader had to decide, to be shown to whoever applies the file. */
  readonly notices: readonly string[]
}

export const levelsOf = (file: OrganizationFile): readonly Level[] => file.levels
