import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import pg from 'pg'
import t from 'tap'
import { apply, startClub, plan } from './importing.ts'
const rows = Number(process.env.ROWS ?? 100_000)
const first = ['Anna', 'Jörg', 'Lena', 'Murat', 'Sofia', 'Paul', 'Zoë', 'Ivan']
const last = ['Müller', 'Schmidt', 'Velázquez', 'Öztürk', 'van der Berg', "O'Neil", 'Łukasz']
const lines = ['Mitgliedsnummer,Vorname,Nachname,E-Mail,Telefon,Geburtsdatum,Straße,PLZ,Ort,Eintritt,Tags']
for (let i = 0; i < rows; i++)
  lines.push(`M${i},${first[i % 8]}${i % 977},${last[i % 7]}${i % 1009},m${i}@example.org,0221 ${1000000 + i},${1 + (i % 28)}.${1 + (i % 12)}.${1940 + (i % 70)},Weg ${i % 300},${10000 + (i % 80000)},Stadt${i % 500},1.1.${1990 + (i % 30)},a;b`)
const file = Buffer.from(lines.join('\n'))
t.setTimeout(600_000)
t.test('x', async (t) => {
  const club = await startClub(t, { logTo: process.stderr })
  const mem = () => Math.round(process.memoryUsage().rss / 1e6)
  let peak = 0
  const timer = setInterval(() => { peak = Math.max(peak, mem()) }, 50)
  const before = mem()
  let s = performance.now()
  const p = await plan(club, file)
  const t1 = performance.now() - s
  console.log('plan', Math.round(t1), p.summary, p.failure, mem())
  s = performance.now()
  const a = await apply(club, p)
  const t2 = performance.now() - s
  console.log('apply', Math.round(t2), a.summary, 'rss', before, 'peak', peak)
  clearInterval(timer)
  const again = await plan(club, file)
  console.log(again.summary)
})
