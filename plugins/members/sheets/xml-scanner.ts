export interface XmlHandler {
  /** @param tag Name and attributes as written, for `attribute()`. */
  open(name: string, tag: string): void
  text(text: string): void
  close(name: string): void
}

/**
 * A scanner for the flat XML of workbook parts, fed in chunks. It hands over names without prefix and leaves texts
 * escaped. Knows no comments, CDATA or document types: the guard that stands before it lets none through.
 */
export class XmlScanner {
  readonly #handler: XmlHandler
  readonly #decoder = new TextDecoder('utf-8')
  #rest = ''

  constructor(handler: XmlHandler) {
    this.#handler = handler
  }

  push(chunk: Buffer): void {
    const handler = this.#handler
    const xml = this.#rest + this.#decoder.decode(chunk, { stream: true })
    let at = 0
    for (;;) {
      const less = xml.indexOf('<', at)
      const greater = less === -1 ? -1 : xml.indexOf('>', less)
      if (greater === -1) break
      if (less > at) handler.text(xml.slice(at, less))
      const closing = xml[less + 1] === '/'
      const empty = xml[greater - 1] === '/'
      const tag = xml.slice(less + (closing ? 2 : 1), empty ? greater - 1 : greater)
      const name = localName(tag)
      if (!closing) handler.open(name, tag)
      if (closing || empty) handler.close(name)
      at = greater + 1
    }
    this.#rest = xml.slice(at)
  }
}

function localName(tag: string): string {
  let end = 0
  let start = 0
  for (; end < tag.length; end++) {
    const code = tag.charCodeAt(end)
    if (code <= 0x20) break
    if (code === 0x3a) start = end + 1
  }
  return tag.slice(start, end)
}

/** The value of an attribute, unescaped; `name` with its prefix, if any. */
export function attribute(tag: string, name: string): string | undefined {
  for (let at = tag.indexOf(name, 1); at > 0; at = tag.indexOf(name, at + 1)) {
    if (tag.charCodeAt(at - 1) > 0x20) continue
    const match = VALUE.exec(tag.slice(at + name.length))
    if (match) return unescapeXml(match[1] ?? match[2] ?? '')
  }
  return undefined
}

const VALUE = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null
    if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : all
    return ENTITIES[name] ?? all
  })
}

/** Characters that XML cannot hold are written `_x000D_` in workbooks (ECMA-376, ST_Xstring). */
export function unescapeCell(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([\dA-F]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
