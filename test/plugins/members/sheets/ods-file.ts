import { type Part, writeArchive } from './workbook-file.ts'

const TYPE = 'application/vnd.oasis.opendocument.spreadsheet'

/** A cell of text as LibreOffice writes it, a paragraph a line. */
export const text = (...lines: string[]): string =>
  `<table:table-cell office:value-type="string" calcext:value-type="string">${paragraphs(lines)}</table:table-cell>`

/** A cell with a value, and what is shown of it. */
export const value = (type: string, is: string, shown: string, attributes = ''): string => {
  const name = { date: 'date-value', time: 'time-value', boolean: 'boolean-value' }[type] ?? 'value'
  return `<table:table-cell ${attributes} office:value-type="${type}" office:${name}="${is}" calcext:value-type="${type}">${paragraphs([shown])}</table:table-cell>`
}

export const empty = (times = 1): string => `<table:table-cell table:number-columns-repeated="${times}"/>`

/** One row, or so many of them that are the same. */
export const row = (cells: string, attributes = ''): string =>
  `<table:table-row table:style-name="ro1" ${attributes}>${cells}</table:table-row>`

const paragraphs = (lines: readonly string[]) => lines.map((line) => `<text:p>${line}</text:p>`).join('')

/** A worksheet, with the empty rows down to its end that LibreOffice adds. */
export function table(name: string, rows: readonly string[], style = 'ta1'): string {
  const end = row(empty(16_384), 'table:number-rows-repeated="1048000"')
  return `<table:table table:name="${name}" table:style-name="${style}"><office:forms/><table:table-column table:number-columns-repeated="16384"/>${rows.join('')}${end}</table:table>`
}

export function content(tables: readonly string[]): string {
  const display = (name: string, shown: boolean) =>
    `<style:style style:name="${name}" style:family="table"><style:table-properties table:display="${shown}"/></style:style>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content office:version="1.3"><office:automatic-styles>${display('ta1', true)}${display('ta2', false)}</office:automatic-styles><office:body><office:spreadsheet>${tables.join('')}<table:named-expressions/></office:spreadsheet></office:body></office:document-content>`
}

export const odsParts = (xml: Iterable<string | Buffer>, manifest = '<manifest:manifest/>'): Part[] => [
  { name: 'mimetype', content: [TYPE] },
  { name: 'content.xml', content: xml },
  { name: 'META-INF/manifest.xml', content: [manifest] },
]

export const writeOds = (path: string, tables: readonly string[]): Promise<void> =>
  writeArchive(path, odsParts([content(tables)]))
