/** Reads the table named on the command line and prints rows, milliseconds and the growth of this process as JSON. */
import { openSheet } from '#plugins/members/sheets/index.ts'
import { growth } from './reading.ts'

const [path = ''] = process.argv.slice(2)
let rows = 0
const started = performance.now()
const grownMb = await growth(async () => {
  const sheet = await openSheet(path, { fileName: path })
  for await (const row of sheet.rows()) if (row.cells.length > 0) rows++
})
process.stdout.write(JSON.stringify({ rows, ms: Math.round(performance.now() - started), grownMb }))
