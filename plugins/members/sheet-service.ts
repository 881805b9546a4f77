/** Lists as files, for the plugins that import reads rows for: what they write is read back unchanged. */
import { type Download, serviceRef } from '@guildhall/sdk'
import { WRITE_FORMATS, type WriteFormat, writeSheet } from './sheets/index.ts'

export type { WriteFormat } from './sheets/index.ts'
export type SheetLanguage = 'en' | 'de'

export interface ListSheet {
  /** Begins the name of the file: `memberships` of `memberships-2026-11-26.csv`. */
  readonly name: string
  readonly format: WriteFormat
  /** German CSV has semicolons. */
  readonly language: SheetLanguage
  readonly sheetName: string
  /** Keys of the rows, and what stands above them. */
  readonly columns: readonly { readonly key: string; readonly header: string }[]
  /** The calendar date it is written on, for its name. */
  readonly on: Date
  /** Rows after a cursor (null: the first), and the cursor of those that follow (null: that was all). */
  readonly page: (cursor: string | null) => Promise<{ readonly rows: readonly object[]; readonly next: string | null }>
}

/** Written while it is fetched, page after page: nothing personal waits on a disk. */
export interface SheetService {
  /** The first page is read before anything is sent, so that a wrong query is an answer and not half a file. */
  download(sheet: ListSheet): Promise<Download>
}
export const sheetService = serviceRef<SheetService>({ id: 'members.sheets', scope: 'tenant' })

/** Media types a download may have. */
export const sheetTypes: readonly string[] = Object.values(WRITE_FORMATS).map(
  ({ contentType }) => contentType.split(';')[0]!,
)

export const sheets: SheetService = {
  async download({ name, format, language, sheetName, columns, on, page }) {
    const first = await page(null)
    async function* rows() {
      yield* first.rows
      for (let { next } = first; next !== null; ) {
        const more = await page(next)
        yield* more.rows
        next = more.next
      }
    }
    const { contentType, extension } = WRITE_FORMATS[format]
    return {
      fileName: `${name}-${on.toISOString().slice(0, 10)}.${extension}`,
      type: contentType,
      body: writeSheet(rows(), { format, columns, sheetName, ...(language === 'de' && { separator: ';' as const }) }),
    }
  },
}
