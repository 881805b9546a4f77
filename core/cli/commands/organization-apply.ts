import { applyFile } from '../../tenancy/organizations-file.ts'
import type { Output } from '../terminal/output.ts'
import { inOrganization, withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'
import { readYaml } from './organization-create.ts'

export async function run(o: { slug: string; from: string }, output: Output): Promise<void> {
  const yaml = await readYaml(o.from)
  await withPlatform(async (workshop) => {
    const { id, slug } = await findOrganization(workshop.runtime, o.slug)
    const { changed, notices } = await inOrganization(workshop, id, (tx) => applyFile(workshop.runtime, tx, yaml))
    for (const notice of notices) output.note(notice)
    output.result(
      { id, slug, changed, notices },
      changed.length === 0
        ? `${slug} is as the file says; nothing changed.`
        : `Changed in ${slug}: ${changed.join(', ')}.`,
    )
  })
}
