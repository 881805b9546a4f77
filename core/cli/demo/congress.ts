import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { rows } from '../../auth/platform-rows.ts'
import { makeOrganization } from '../../tenancy/organizations-file.ts'
import { readYaml } from '../commands/organization-create.ts'
import { imports } from '../workshop/imports.ts'
import { commandActor, type Workshop } from '../workshop/open.ts'
import { serviceIn } from '../workshop/service.ts'

/** In this order: people are seated in chambers, terms and seats are people's. */
const files = [
  { file: 'groups.csv', into: 'groups', options: {} },
  // The day a term ends is the day the next one begins: it is not part of it.
  { file: 'members.csv', into: 'members', options: { ends: 'exclusive' } },
  {
    file: 'terms.csv',
    into: 'memberships',
    options: { ends: 'exclusive', plan: 'Term of office', createMissing: true },
  },
  { file: 'group_members.csv', into: 'group-members', options: {} },
] as const

export interface ImportedFile {
  readonly file: string
  readonly into: string
  readonly create: number
  readonly update: number
  readonly unchanged: number
  readonly conflict: number
  readonly error: number
  readonly problems: readonly string[]
}

/**
 * The organisation `congress` with its four files in it. What is there already is left as it is.
 * @throws Error that says where the files come from
 */
export async function importCongress(
  workshop: Workshop,
  o: { folder: string; yaml: string; note: (message: string) => void },
): Promise<{ tenantId: string; imported: readonly ImportedFile[] }> {
  for (const { file } of files) await requireFile(join(o.folder, file))
  const tenantId = await congress(workshop, o)
  const service = await serviceIn(workshop, tenantId, imports, new AbortController().signal)
  const imported: ImportedFile[] = []
  for (const { file, into, options } of files) {
    const path = join(o.folder, file)
    const plan = await service.plan({ path, fileName: basename(path), into, options })
    if (plan.state === 'failed') throw new Error(`${file}: ${plan.failure ?? plan.summary}`)
    const { problems } = await service.problems(plan.id, 0, 20)
    if (plan.counts.create + plan.counts.update > 0) await service.apply(plan.id, plan.hash as string)
    else await service.cancel(plan.id)
    const said = problems.map(({ row, column, reason }) => `row ${row}${column ? `, ${column}` : ''}: ${reason}`)
    imported.push({ file, into, ...plan.counts, problems: said })
    o.note(`${file}: ${countsOf(plan.counts)}`)
    for (const problem of said) o.note(`  ${problem}`)
  }
  return { tenantId, imported }
}

const countsOf = (counts: { create: number; update: number; unchanged: number; conflict: number; error: number }) =>
  counts.create + counts.update + counts.conflict + counts.error === 0
    ? `nothing changed, all ${counts.unchanged} rows are there already`
    : `${counts.create} created, ${counts.update} updated, ${counts.unchanged} unchanged, ${counts.conflict + counts.error} left out`

async function congress(workshop: Workshop, o: { yaml: string; note: (message: string) => void }): Promise<string> {
  const { runtime } = workshop
  const [there] = await rows<{ id: string }>(
    runtime.database.platform,
    "SELECT id FROM core.tenant WHERE slug = 'congress'",
  )
  if (there) return there.id
  const body = { slug: 'congress', yaml: await readYaml(o.yaml) }
  const { id } = await makeOrganization(runtime, body, { actor: commandActor })
  o.note('Made the organisation congress.')
  return id
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile())
    throw new Error(
      `${path} is missing. The four files lie in config/organisations/congress of the project; its README says where they come from.`,
    )
}
