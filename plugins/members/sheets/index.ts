/**
 * Tables in files, read and written as streams. Knows files, encodings and cells; knows nothing of members.
 * `openSheet` reads CSV, TSV, XLSX and ODS and refuses everything else with a `SheetError` that names place and remedy;
 * `writeSheet` writes CSV, XLSX and NDJSON.
 */

export type { Aside } from './aside.ts'
export type { TextEncoding } from './format.ts'
export { TEXT_ENCODINGS } from './format.ts'
export type { HeaderWords } from './header-words.ts'
export type { SheetLimits } from './limits.ts'
export { DEFAULT_LIMITS } from './limits.ts'
export type { OpenSheetOptions } from './open-sheet.ts'
export { openSheet } from './open-sheet.ts'
export type { Sheet, SheetRow } from './sheet.ts'
export type { SheetErrorCode } from './sheet-error.ts'
export { SheetError } from './sheet-error.ts'
export type { WriteFormat, WriteOptions } from './write-sheet.ts'
export { WRITE_FORMATS, writeSheet } from './write-sheet.ts'
