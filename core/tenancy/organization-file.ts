/**
 * The file that describes an organisation: `UID`, `Orga`, `Hierarchie`, `GenderGroups`, `Stage` and `Settings`.
 * This folder reads it (here and in the files named organization-file-*.ts) and applies it (apply-organization-file.ts).
 */
import { type GenderGroup, type Level, Problem, problems, type Stage } from '@guildhall/sdk'
import { Faults, type MapPart, openDocument, type Part } from './organization-file-document.ts'
import { readLevels } from './organization-file-levels.ts'
import { readGenderGroups, readStages } from './organization-file-lists.ts'
import { readSettings } from './organization-file-settings.ts'

/** An organisation's hierarchy as its file gives it, read and checked. */
export interface OrganizationFile {
  /** Kept as the organisation's external id; need not be a UUID. */
  readonly uid: string | null
  readonly name: string
  /** The first is the level of the root group. */
  readonly levels: readonly Level[]
  /** In the file's order; undefined where the file is silent, and what stands is left alone. */
  readonly genderGroups: readonly GenderGroup[] | undefined
  readonly stages: readonly Stage[] | undefined
  readonly settings: Readonly<Record<string, unknown>>
  /** What the reader had to decide, to be shown to whoever applies the file. */
  readonly notices: readonly string[]
}

const keys = ['UID', 'Orga', 'Hierarchie', 'GenderGroups', 'Stage', 'Settings'] as const
/** The gender groups of the documented example, whose indentation is lost in many copies. */
const strayCodes: ReadonlySet<string> = new Set(['M', 'F', 'B'])

/**
 * @param text YAML, at most 256 KiB
 * @throws Problem 400 with every fault: pointer into the document, line, and what is allowed there
 */
export function readOrganizationFile(text: string): OrganizationFile {
  const faults = new Faults()
  const notices: string[] = []
  const root = openDocument(text, faults)
  const file = root && readRoot(root, faults, notices)
  if (!file || faults.found.length > 0) {
    const errors = faults.found.toSorted((a, b) => a.line - b.line)
    throw new Problem(problems.validationFailed, {
      detail: `The organisation file cannot be used. ${errors.map((fault) => fault.message).join(' ')}`,
      errors: errors.map(({ pointer, message }) => ({ pointer, message })),
    })
  }
  return file
}

function readRoot(root: MapPart, faults: Faults, notices: string[]): OrganizationFile {
  const stray = strayGenderGroups(root, notices)
  for (const [key, part] of root.entries)
    if (!keys.some((known) => known === key) && !stray?.entries.has(key))
      faults.add(part, `"${key}" is not known here; allowed: ${keys.join(', ')}`)
  const at = (key: (typeof keys)[number]): Part | undefined => root.entries.get(key)
  const uid = at('UID')
  const name = at('Orga')
  if (!name) faults.add(root, 'Orga is missing: the name of the organisation')
  return {
    uid: (uid && uid.kind !== 'empty' && faults.text(uid, { max: 200 })) || null,
    name: (name && faults.text(name, { max: 200 })) ?? '',
    levels: readLevels(at('Hierarchie'), root, faults),
    genderGroups: readGenderGroups(stray ?? at('GenderGroups'), faults),
    stages: readStages(at('Stage'), faults),
    settings: readSettings(at('Settings'), faults),
    notices,
  }
}

/**
 * `GenderGroups:` with nothing below it and M, F, B beside it: the example of the second source document as YAML reads
 * it literally. Only this form is forgiven; a codes list of one's own has to be indented.
 */
function strayGenderGroups(root: MapPart, notices: string[]): MapPart | undefined {
  if (root.entries.get('GenderGroups')?.kind !== 'empty') return undefined
  const entries = new Map([...root.entries].filter(([key]) => strayCodes.has(key)))
  if (entries.size === 0) return undefined
  const list = [...entries].map(([key, part]) => `${key} (line ${part.line})`).join(', ')
  notices.push(`GenderGroups is empty and ${list} stand at the root: they are read as the gender groups. Indent them.`)
  return { ...root, entries }
}
