export type SheetFormat = 'csv' | 'xlsx'
export type TextEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be'
