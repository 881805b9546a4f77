import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createDeflateRaw } from 'node:zlib'

export interface Part {
  name: string
  content: Iterable<string | Buffer>
  /** What the directory claims instead of the truth. */
  claimedSize?: number
  encrypted?: boolean
}

const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/**
 * The parts every workbook has, around the XML of its worksheets.
 * @param formats Number formats; the style of a cell is the place of its format, from 1.
 */
export function workbookParts(
  worksheets: readonly { name: string; state?: string; xml: Iterable<string | Buffer> }[],
  formats: readonly string[] = [],
): Part[] {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`
  return [
    { name: '[Content_Types].xml', content: ['<Types/>'] },
    {
      name: '_rels/.rels',
      content: [`<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`],
    },
    // Excel writes the worksheets before what they need.
    ...worksheets.map(({ xml }, i) => ({ name: `xl/worksheets/sheet${i + 1}.xml`, content: xml })),
    {
      name: 'xl/workbook.xml',
      content: [
        `<?xml version="1.0"?><workbook xmlns:r="${RELATIONSHIPS}"><sheets>`,
        ...worksheets.map(
          ({ name, state = 'visible' }, i) =>
            `<sheet name="${name}" sheetId="${i + 1}" state="${state}" r:id="rId${i + 1}"/>`,
        ),
        '</sheets></workbook>',
      ],
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: [
        '<Relationships>',
        ...worksheets.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)),
        relation('rIdT', 'sharedStrings', 'sharedStrings.xml'),
        relation('rIdS', 'styles', 'styles.xml'),
        '</Relationships>',
      ],
    },
    ...(formats.length > 0 ? [{ name: 'xl/styles.xml', content: stylesOf(formats) }] : []),
  ]
}

function stylesOf(formats: readonly string[]): string[] {
  return [
    '<styleSheet><numFmts>',
    ...formats.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code}"/>`),
    '</numFmts><cellXfs><xf numFmtId="0"/>',
    ...formats.map((_, i) => `<xf numFmtId="${164 + i}"/>`),
    '</cellXfs></styleSheet>',
  ]
}

/** Writes a ZIP archive part by part, so that a test can make a bomb without holding it. */
export async function writeArchive(path: string, parts: readonly Part[]): Promise<void> {
  const file = createWriteStream(path)
  const directory: Buffer[] = []
  let offset = 0
  const write = async (bytes: Buffer) => {
    offset += bytes.length
    if (!file.write(bytes)) await once(file, 'drain')
  }
  for (const { name, content, claimedSize, encrypted } of parts) {
    const packed: Buffer[] = []
    const deflate = createDeflateRaw()
    deflate.on('data', (chunk: Buffer) => packed.push(chunk))
    let size = 0
    for (const piece of content) {
      const bytes = Buffer.from(piece)
      size += bytes.length
      if (!deflate.write(bytes)) await once(deflate, 'drain')
    }
    deflate.end()
    await once(deflate, 'end')
    const body = Buffer.concat(packed)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(encrypted ? 1 : 0, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(body.length, 14)
    fields.writeUInt32LE(claimedSize ?? size, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const start = offset
    await write(Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), body]))
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(start, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name))
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(entries.length, 8)
  end.writeUInt32LE(offset, 12)
  await write(Buffer.concat([entries, Buffer.from('PK\x05\x06'), end]))
  file.end()
  await once(file, 'close')
}

/** The XML of a worksheet around its rows. */
export function* worksheet(rows: Iterable<string | Buffer>): Generator<string | Buffer> {
  yield '<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>'
  yield* rows
  yield '</sheetData></worksheet>'
}

export function textRow(number: number, cells: readonly string[]): string {
  const xml = cells.map(
    (text, i) => `<c r="${String.fromCharCode(65 + i)}${number}" t="inlineStr"><is><t>${text}</t></is></c>`,
  )
  return `<row r="${number}">${xml.join('')}</row>`
}

/** Texts, and numbers with their styles. */
export function cellRow(
  number: number,
  cells: readonly (string | number | readonly [value: number, style: number])[],
): string {
  const xml = cells.map((cell, i) => {
    const at = `r="${String.fromCharCode(65 + i)}${number}"`
    if (typeof cell === 'string') return cell && `<c ${at} t="inlineStr"><is><t>${cell}</t></is></c>`
    const [value, style] = typeof cell === 'number' ? [cell, 0] : cell
    return `<c ${at} s="${style}"><v>${value}</v></c>`
  })
  return `<row r="${number}">${xml.join('')}</row>`
}
