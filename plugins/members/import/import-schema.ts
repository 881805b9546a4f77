/** What an import looks like from outside. */
import { Closed, LongText, Metadata, Name, Nullable, Text, Timestamp, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { defaultExternalSystem } from '../member-schema.ts'
import { TEXT_ENCODINGS } from '../sheets/index.ts'

export const importStates = [
  'planning',
  'planned',
  'applying',
  'applied',
  'undoing',
  'undone',
  'cancelled',
  'failed',
] as const
export type ImportState = (typeof importStates)[number]
export const rowOutcomes = ['create', 'update', 'unchanged', 'conflict', 'error'] as const
export type RowOutcome = (typeof rowOutcomes)[number]

/** What whoever imports decides beside the mapping. */
export const ImportOptions = Closed(
  {
    update: Type.Optional(
      Type.Enum(['override', 'fillEmpty'], {
        description:
          'Whether a row replaces what a member has in its columns, or only fills what is empty. Default override',
      }),
    ),
    blanks: Type.Optional(
      Type.Enum(['keep', 'clear'], {
        description: 'Whether a blank cell leaves the value that is there, or empties it. Default keep',
      }),
    ),
    ends: Type.Optional(
      Type.Enum(['lastDay', 'exclusive'], {
        description:
          'Whether the end of a term or seat is its last day, as club software writes it, or the first day after it. Default lastDay',
      }),
    ),
    dateOrder: Type.Optional(
      Type.Enum(['dmy', 'mdy'], { description: 'Order of 1/2/2025. Default: found out from the column' }),
    ),
    sharedEmail: Type.Optional(
      Type.Enum(['first', 'conflict'], {
        description:
          'What becomes of rows whose e-mail address another member or an earlier row has, as families do: first leaves it there and keeps it as metadata.contactEmail here, conflict leaves the row out. Default first',
      }),
    ),
    unreadable: Type.Optional(
      Type.Enum(['error', 'metadata'], {
        description:
          'What becomes of rows whose e-mail address, birthday or first day cannot be read: error leaves the row out, metadata takes it without the value and keeps the cell as metadata. Default error',
      }),
    ),
    externalSystem: Type.Optional(
      Text(60, { description: `The register the numbers come from. Default ${defaultExternalSystem}` }),
    ),
    plan: Type.Optional(Name({ description: 'Plan of rows that name none' })),
    createMissing: Type.Optional(
      Type.Boolean({
        description:
          'Makes the groups, functions and free plans that rows name and nobody knows yet. Default false: members are imported without them, the words are kept as metadata, and a notice lists them; rows of other tables are errors',
      }),
    ),
    encoding: Type.Optional(
      Type.Enum([...TEXT_ENCODINGS], { description: 'Encoding of a text file. Default: found out by its bytes' }),
    ),
    sheetName: Type.Optional(Name({ description: 'Worksheet of a workbook. Default: the one whose header is known' })),
  },
  {
    title: 'ImportOptions',
    description: 'How the file is read, and what becomes of its rows',
    examples: [{ update: 'fillEmpty' }],
  },
)
export type ImportOptions = Static<typeof ImportOptions>

/** Column to field; null leaves the column out. */
export const Mapping = Type.Record(Type.String({ maxLength: 32_767 }), Nullable(Text(120)), {
  maxProperties: 500,
  description: 'Column to field, `metadata.<key>`, `customFields.<key>` or `externalIds.<system>`; null leaves it out',
})

export const Counts = Type.Object(
  {
    create: Type.Integer({ description: 'Rows that make something new', minimum: 0 }),
    update: Type.Integer({ description: 'Rows that change something', minimum: 0 }),
    unchanged: Type.Integer({ description: 'Rows that say what is known', minimum: 0 }),
    conflict: Type.Integer({ description: 'Rows that need a decision', minimum: 0 }),
    error: Type.Integer({ description: 'Rows that cannot be read', minimum: 0 }),
  },
  { title: 'ImportCounts', description: 'Rows by what the plan does with them' },
)
export type Counts = Static<typeof Counts>

/** Why a row is not imported. Rows count as a spreadsheet does: the header is row 1 unless something stands above it. */
export const RowProblem = Type.Object(
  {
    row: Type.Integer({ description: 'As a spreadsheet counts: mostly the header is 1' }),
    outcome: Type.Enum(['conflict', 'error'], { description: 'A conflict needs a decision, an error a correction' }),
    column: Nullable(Type.String({ description: 'Header of the column; null: the whole row' })),
    value: Nullable(Type.String({ description: 'What stands there' })),
    reason: Type.String({ description: 'What is wrong with it' }),
    accepted: Nullable(Type.String({ description: 'What could be imported instead' })),
    candidates: Type.Optional(Type.Array(Uuid(), { maxItems: 20, description: 'Members it may be' })),
  },
  { title: 'ImportProblem' },
)
export type RowProblem = Static<typeof RowProblem>

export const ImportNotice = Type.Object(
  {
    code: Type.String({ description: 'Which kind of notice' }),
    column: Nullable(Type.String({ description: 'Header of the column; null: the whole file' })),
    message: Type.String({ description: 'What was noticed' }),
    value: Type.Optional(Type.String({ description: 'What of the column it is about' })),
    rows: Type.Optional(Type.Integer({ description: 'How many rows it is about' })),
  },
  { title: 'ImportNotice' },
)
export type ImportNotice = Static<typeof ImportNotice>

/** Problems an import shows with itself; the rest is read at `/imports/{id}/problems`. */
export const shownProblems = 25

export const Import = Type.Object(
  {
    id: Uuid(),
    into: Type.String({ description: 'The table: members, or one of another plugin' }),
    state: Type.Enum([...importStates], { description: 'Where it stands' }),
    fileName: Type.String({ description: 'As it was uploaded' }),
    format: Metadata({ description: 'What was found out about the file: format, encoding, separator, header row' }),
    mapping: Mapping,
    options: ImportOptions,
    notices: Type.Array(ImportNotice, { description: 'What is worth knowing before it is applied', maxItems: 2000 }),
    progress: Type.Object(
      {
        done: Type.Integer({ description: 'Rows gone through' }),
        total: Type.Integer({ description: 'Rows there are' }),
      },
      { description: 'How far reading or applying is' },
    ),
    hash: Nullable(Type.String({ description: 'Of the plan; applying sends it back' })),
    counts: Counts,
    applied: Type.Object(
      {
        create: Type.Integer({ description: 'Made something new' }),
        update: Type.Integer({ description: 'Changed something' }),
        conflict: Type.Integer({ description: 'Did not fit any more' }),
      },
      { description: 'Rows by what was done' },
    ),
    summary: Type.String({ description: 'One sentence on where it stands' }),
    problems: Type.Array(RowProblem, { maxItems: shownProblems, description: 'The first ones' }),
    failure: Nullable(LongText(4000, { description: 'Why it broke off' })),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    plannedAt: Nullable(Timestamp({ description: 'When the plan was ready' })),
    appliedAt: Nullable(Timestamp({ description: 'When the last row was done' })),
    undoneAt: Nullable(Timestamp({ description: 'When it was taken back' })),
    version: Type.Integer(),
  },
  { title: 'Import' },
)
export type Import = Static<typeof Import>
