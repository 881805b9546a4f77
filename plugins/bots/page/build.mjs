// `node build.mjs [hash of the source]`: builds the page into dist/page, all of it or nothing. Two nodes may do it at once.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const place = join(import.meta.dirname, 'dist', 'page')
const made = join(import.meta.dirname, 'dist', `building-${process.pid}`)
const old = join(import.meta.dirname, 'dist', `old-${process.pid}`)
/** A file smaller than this is not worth a second one. */
const packedFrom = 1_000

const hash = process.argv[2] ?? (await sourceHashHere())
try {
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn', build: { outDir: made } })
  for (const folder of [made, join(made, 'assets')]) pack(folder)
  writeFileSync(join(made, '.source-hash'), hash)
  if (existsSync(place)) renameSync(place, old)
  renameSync(made, place)
} finally {
  for (const left of [made, old]) rmSync(left, { recursive: true, force: true })
}

function pack(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const text = entry.isFile() && !/\.(png|woff2)$/.test(path) ? readFileSync(path) : null
    if (text && text.length > packedFrom) writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
  }
}

async function sourceHashHere() {
  const { botsPage } = await import('./site.ts')
  const { sourceHash } = await import('../../../core/sites/source-hash.ts')
  return sourceHash(botsPage.build.from)
}
