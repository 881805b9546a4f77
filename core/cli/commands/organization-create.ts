import { readFile } from 'node:fs/promises'
import { Value } from 'typebox/value'
import { makeOrganization } from '../../tenancy/organizations-file.ts'
import { NewOrganizationBody } from '../../tenancy/organizations-view.ts'
import { invalidProblem, Validator } from '../../validation.ts'
import type { Output } from '../terminal/output.ts'
import { commandActor, withPlatform } from '../workshop/open.ts'

export async function run(
  o: { slug: string; name?: string; from?: string; edition?: 'starter' | 'professional' | 'enterprise' },
  output: Output,
): Promise<void> {
  const body = {
    slug: o.slug,
    ...(o.name === undefined ? {} : { name: o.name }),
    ...(o.edition === undefined ? {} : { edition: o.edition }),
    ...(o.from === undefined ? {} : { yaml: await readYaml(o.from) }),
  }
  const errors = Validator.of(NewOrganizationBody).errors(body)
  if (errors.length > 0 || !Value.Check(NewOrganizationBody, body)) throw invalidProblem(errors)
  await withPlatform(async ({ runtime }) => {
    const { id, notices } = await makeOrganization(runtime, body, { actor: commandActor })
    for (const notice of notices) output.note(notice)
    output.result({ id, slug: o.slug, notices }, `Made the organisation ${o.slug} (${id}).`)
  })
}

/** @throws a sentence that names the file */
export async function readYaml(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Error(`The organisation file ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
