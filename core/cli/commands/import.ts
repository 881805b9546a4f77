import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { agreed, bar } from '../terminal/bar.ts'
import { type Output, UsageError } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { type Imports, imports, type ShownImport, type Told } from '../workshop/imports.ts'
import { withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'
import { serviceIn } from '../workshop/service.ts'

interface ImportOptions {
  readonly into: string
  readonly org: string
  readonly planOnly?: boolean
  readonly apply?: boolean
  readonly mapping?: readonly string[]
  readonly option?: readonly string[]
}

const shownRows = 20

/**
 * Plans, shows the plan, and applies it when told to. Runs in this process; what a killed one leaves is carried on by
 * the next node that starts.
 */
export async function run(o: ImportOptions, output: Output, [file = '']: readonly string[]): Promise<void> {
  if (o.planOnly && o.apply) throw new UsageError('--plan-only and --apply contradict each other')
  const path = resolve(file)
  const found = await stat(path).catch((cause: Error) => {
    throw new Error(`The file ${file} cannot be read: ${cause.message}`, { cause })
  })
  if (!found.isFile()) throw new Error(`${file} is no file`)
  const options = choices(o.option ?? [])
  const mapping = o.mapping === undefined ? undefined : columns(o.mapping)
  const stopped = new AbortController()
  const stop = () =>
    stopped.abort(new Error('Stopped; what is planned or applied so far stays, and the next node goes on with it.'))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  await withPlatform(async (workshop) => {
    const { id: tenantId } = await findOrganization(workshop.runtime, o.org)
    const service = await serviceIn(workshop, tenantId, imports, stopped.signal)
    const planning = await bar(output, 'Planning')
    const plan = await service.plan(
      { path, fileName: basename(path), into: o.into, options, ...(mapping ? { mapping } : {}) },
      planning.step,
    )
    planning.end(plan.summary)
    if (plan.state === 'failed') throw new Error(plan.failure ?? plan.summary)
    const problems = await allProblems(service, plan)
    const shown = { planId: plan.id, hash: plan.hash, counts: plan.counts, problems: problems.map(asJson) }
    if (!output.json) output.result(null, () => describePlan(plan, problems))
    const apply =
      o.apply || (!o.planOnly && output.interactive && plan.state === 'planned' && (await agreed('Apply the plan?')))
    if (!apply) return output.result(shown, '')
    const applied = await applyPlan(service, plan, output)
    output.result({ ...shown, state: applied.state, applied: applied.applied }, applied.summary)
  })
}

async function applyPlan(service: Imports, plan: ShownImport, output: Output): Promise<ShownImport> {
  const applying = await bar(output, 'Applying')
  const applied = await service.apply(plan.id, plan.hash as string, applying.step)
  applying.end('')
  if (applied.state === 'failed') throw new Error(applied.failure ?? applied.summary)
  return applied
}

async function allProblems(service: Imports, plan: ShownImport): Promise<Told[]> {
  const told: Told[] = []
  const from = async (after: number): Promise<void> => {
    const { problems, last } = await service.problems(plan.id, after, 1000)
    told.push(...problems)
    if (last !== null) await from(last)
  }
  await from(0)
  return told
}

/** What scripts were promised. */
const asJson = ({ row, column, value, reason }: Told) => ({ row, column, value, reason })

function describe({ row, column, value, reason, accepted }: Told): string {
  const place = `row ${row}${column ? `, ${column}` : ''}${value ? ` "${value}"` : ''}`
  return `  ${place}: ${reason}${accepted ? ` Accepted: ${accepted}.` : ''}`
}

/** What was assumed of cells names neither column nor number. */
function notice({ column, message, rows }: ShownImport['notices'][number]): string {
  const many = rows === undefined || column === null ? '' : ` (${rows} ${rows === 1 ? 'row' : 'rows'})`
  return `${column === null || message.includes(`"${column}"`) ? '' : `${column}: `}${message}${many}`
}

function describePlan(plan: ShownImport, problems: readonly Told[]): string {
  const { create, update, unchanged, conflict, error } = plan.counts
  const mapped = Object.entries(plan.mapping).map(([column, field]) => [column, field ?? '(left out)'] as const)
  return [
    table(['column', 'goes to'], mapped),
    '',
    ...plan.notices.map(notice),
    `create ${create}, update ${update}, unchanged ${unchanged}, conflict ${conflict}, error ${error}`,
    ...problems.slice(0, shownRows).map(describe),
    ...(problems.length > shownRows ? [`  and ${problems.length - shownRows} more (--json lists all)`] : []),
    `plan ${plan.id}  hash ${plan.hash}`,
  ].join('\n')
}

/** `column=field`; the last "=" separates, because columns have what headers they like. Nothing behind it: left out. */
function columns(pairs: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=')
      if (at < 1) throw new UsageError(`--mapping ${pair}: write <column>=<field>, such as "E-Mail=email"`)
      return [pair.slice(0, at), pair.slice(at + 1) || null]
    }),
  )
}

function choices(pairs: readonly string[]): Record<string, string | boolean> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, ...rest] = pair.split('=')
      const value = rest.join('=')
      if (!name || value === '') throw new UsageError(`--option ${pair}: write <name>=<value>, such as dateOrder=dmy`)
      return [name, value === 'true' ? true : value === 'false' ? false : value]
    }),
  )
}
