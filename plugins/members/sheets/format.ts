export type WorkbookFormat = 'xlsx' | 'ods'
export type SheetFormat = 'csv' | WorkbookFormat

/** With one byte a character; which of them it is only the letters tell. */
export const SINGLE_BYTE_ENCODINGS = ['windows-1252', 'windows-1250', 'macintosh', 'cp850'] as const
export type SingleByteEncoding = (typeof SINGLE_BYTE_ENCODINGS)[number]
export const TEXT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', ...SINGLE_BYTE_ENCODINGS] as const
export type TextEncoding = (typeof TEXT_ENCODINGS)[number]
