import { unescapeCell, unescapeXml, XmlScanner } from './xml-scanner.ts'

const BLOCK_BYTES = 1024 * 1024

/**
 * The texts that the cells of a workbook share. Excel puts every text there, so a large register has a million: they are
 * kept as UTF-8 in blocks, because as strings they would take five times the room.
 */
export class SharedTexts {
  readonly #blocks: Buffer[] = []
  #used = BLOCK_BYTES
  #starts = new Float64Array(1024)
  #lengths = new Uint32Array(1024)
  #count = 0

  static async read(chunks: AsyncIterable<Buffer>): Promise<SharedTexts> {
    const texts = new SharedTexts()
    let text = ''
    let collecting = false
    let phonetic = false
    const scanner = new XmlScanner({
      open(name) {
        if (name === 'si') text = ''
        else if (name === 'rPh') phonetic = true
        else if (name === 't') collecting = !phonetic
      },
      text(part) {
        if (collecting) text += part
      },
      close(name) {
        if (name === 'si') texts.#add(unescapeCell(unescapeXml(text)))
        else if (name === 'rPh') phonetic = false
        else if (name === 't') collecting = false
      },
    })
    for await (const chunk of chunks) scanner.push(chunk)
    return texts
  }

  /** The text of that index; empty when there is none. */
  get(index: number): string {
    if (!(index >= 0 && index < this.#count)) return ''
    const start = this.#starts[index]!
    const offset = start % BLOCK_BYTES
    return this.#blocks[Math.floor(start / BLOCK_BYTES)]!.toString('utf8', offset, offset + this.#lengths[index]!)
  }

  #add(text: string): void {
    const length = Buffer.byteLength(text)
    if (this.#used + length > BLOCK_BYTES) {
      // A text longer than a block gets a block of its own size; its start is all that is asked of it.
      this.#blocks.push(Buffer.alloc(Math.max(BLOCK_BYTES, length)))
      this.#used = 0
    }
    if (this.#count === this.#lengths.length) this.#grow()
    this.#starts[this.#count] = (this.#blocks.length - 1) * BLOCK_BYTES + this.#used
    this.#lengths[this.#count++] = length
    this.#blocks.at(-1)!.write(text, this.#used)
    this.#used += length
  }

  #grow(): void {
    const starts = new Float64Array(this.#count * 2)
    const lengths = new Uint32Array(this.#count * 2)
    starts.set(this.#starts)
    lengths.set(this.#lengths)
    this.#starts = starts
    this.#lengths = lengths
  }
}
