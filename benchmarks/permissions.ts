/**
 * Nanoseconds per permission check, compiled against the naive way (walking the grants, their roles and dates at each
 * check). `node_modules/.bin/node benchmarks/permissions.ts`
 */
import { covers, type Extent, type Grant, groupPath, type Role } from '@guildhall/sdk'
import { type CompileInput, check, compile, explain } from '#core/permissions/index.ts'

const rounds = 9
const checksPerRound = 200_000
const id = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

// A federation: 20 regions, 20 clubs each, 5 teams each; 35 grants of 6 roles with 20 permissions, some dated.
const root = groupPath('', id(1), true)
const regions = Array.from({ length: 20 }, (_, r) => groupPath(root, id(100 + r), true))
const clubs = regions.flatMap((region, r) =>
  Array.from({ length: 20 }, (_, c) => groupPath(region, id(1000 + r * 20 + c), true)),
)
const teams = clubs.flatMap((club, c) =>
  Array.from({ length: 5 }, (_, n) => groupPath(club, id(10_000 + c * 5 + n), false)),
)
const permissions = Array.from({ length: 60 }, (_, n) => `plugin${n % 8}.permission${n}`)
const roles = new Map<string, Role>(
  Array.from({ length: 6 }, (_, r) => {
    const key = `role${r}`
    return [key, { key, permissions: new Set(permissions.filter((_, n) => (n + r) % 3 === 0)) }]
  }),
)
const extents: readonly Extent[] = ['layer', 'below', 'group']
const grants = Array.from({ length: 35 }, (_, n): Grant => {
  const path = [clubs, teams, clubs, regions][n % 4]![(n * 37) % 20]!
  const until = n % 5 === 0 ? new Date(Date.UTC(2030, 0, 1)) : null
  return { role: `role${n % 6}`, path, extent: extents[n % 3]!, until, source: { kind: 'direct', id: String(n) } }
})
const input: CompileInput = { grants, roles, scopes: null, now: new Date(Date.UTC(2026, 0, 1)), self: null }
const compiled = compile(input)
const questions = Array.from({ length: 4096 }, (_, n) => ({
  permission: permissions[(n * 7) % 60]!,
  path: teams[(n * 131) % teams.length]!,
}))

function naive(permission: string, path: string): boolean {
  return grants.some(
    (grant) =>
      (!grant.from || grant.from <= input.now) &&
      (!grant.until || grant.until > input.now) &&
      roles.get(grant.role)?.permissions.has(permission) === true &&
      covers(grant, path),
  )
}

const ways = {
  compiled: (permission: string, path: string) => check(compiled, permission, path),
  naive,
  explain: (permission: string, path: string) => explain(input, permission, path).allowed,
}

function nanoseconds(way: (permission: string, path: string) => boolean, checks: number): number {
  let allowed = 0
  const began = process.hrtime.bigint()
  for (let n = 0; n < checks; n++) {
    const { permission, path } = questions[n & 4095]!
    if (way(permission, path)) allowed++
  }
  const spent = Number(process.hrtime.bigint() - began) / checks
  if (allowed === 0) throw new Error('No check allowed anything: the benchmark asks the wrong questions')
  return spent
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const measured = { compiled: [] as number[], naive: [] as number[], explain: [] as number[] }
for (let round = 0; round < rounds; round++) {
  measured.compiled.push(nanoseconds(ways.compiled, checksPerRound))
  measured.naive.push(nanoseconds(ways.naive, checksPerRound))
  measured.explain.push(nanoseconds(ways.explain, checksPerRound / 40))
}
const compiling = Array.from({ length: rounds * 20 }, () => {
  const began = process.hrtime.bigint()
  compile(input)
  return Number(process.hrtime.bigint() - began)
})
const [fast, slow] = [median(measured.compiled), median(measured.naive)]
console.log(`check, compiled   ${fast.toFixed(0)} ns`)
console.log(`check, naive      ${slow.toFixed(0)} ns   ${(slow / fast).toFixed(1)} times the compiled`)
console.log(`explain           ${median(measured.explain).toFixed(0)} ns`)
console.log(
  `compile           ${(median(compiling) / 1000).toFixed(0)} us for ${grants.length} grants of 20 permissions`,
)
