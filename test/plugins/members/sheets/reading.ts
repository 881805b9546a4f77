import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { upperHalf } from '#plugins/members/sheets/code-page.ts'
import type { SingleByteEncoding } from '#plugins/members/sheets/format.ts'
import type { OpenSheetOptions, Sheet, SheetRow } from '#plugins/members/sheets/index.ts'
import { openSheet, SheetError } from '#plugins/members/sheets/index.ts'

/** A folder for a test file's tables, gone when the process ends. */
const folder = mkdtempSync(join(tmpdir(), 'guildhall-sheets-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
let files = 0

export function pathFor(extension = 'csv'): string {
  return join(folder, `${++files}.${extension}`)
}

export function written(content: string | Buffer, extension = 'csv'): string {
  const path = pathFor(extension)
  writeFileSync(path, content)
  return path
}

/** A text as old software writes it, one byte a character. */
export function encoded(text: string, encoding: SingleByteEncoding): Buffer {
  const upper = upperHalf(encoding)
  return Buffer.from(
    Array.from(text, (character) => {
      if (character < '\u0080') return character.charCodeAt(0)
      const index = upper.indexOf(character)
      if (index < 0) throw new Error(`${encoding} has no ${character}`)
      return index + 128
    }),
  )
}

export interface ReadTable extends Omit<Sheet, 'rows'> {
  rows: SheetRow[]
}

export async function readAll(path: string, options: Partial<OpenSheetOptions> = {}): Promise<ReadTable> {
  const sheet = await openSheet(path, { fileName: 'members.csv', ...options })
  return { ...sheet, rows: await collect(sheet.rows()) }
}

export async function readText(content: string | Buffer, options: Partial<OpenSheetOptions> = {}): Promise<ReadTable> {
  return readAll(written(content), options)
}

/** The refusal of a file, wherever in reading it comes. */
export async function refusal(path: string, options: Partial<OpenSheetOptions> = {}): Promise<SheetError> {
  try {
    await readAll(path, options)
  } catch (error) {
    if (error instanceof SheetError) return error
    throw error
  }
  throw new Error('The file was read although it should have been refused.')
}

/** How far the process grew while something ran, in MB of resident memory. */
export async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 10)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return (Math.max(peak, process.memoryUsage.rss()) - before) / 1024 / 1024
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
