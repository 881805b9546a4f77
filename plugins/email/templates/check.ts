/** What a template must be before it is kept: readable, of known variables, without what mail programs refuse. */
import { Problem, problems, type Sandbox } from '@guildhall/sdk'
import type { ShippedTemplate } from '../refs.ts'
import { always } from './layout.ts'
import { mostTemplate } from './liquid-module.ts'
import { framed, type Part, readTemplate, renderMails, type TemplateProblem, type Texts } from './rendering.ts'

type Variables = ShippedTemplate['variables']

const examplesOf = (variables: Variables): Record<string, unknown> =>
  Object.fromEntries(Object.entries(variables).map(([name, { example }]) => [name, example]))

/** What a preview shows: examples, and over them what is given. */
export const previewData = (
  variables: Variables,
  language: string,
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({ ...examplesOf(variables), ...given, ...always, language })

// Programs that show mails drop these, and so do we: they have no use there but a bad one.
const refused =
  /<(?:\s*\/)?\s*(script|iframe|object|embed|form|input|base|meta|link)\b|\son\w+\s*=|(?:javascript|vbscript)\s*:/i

/** All that is wrong with the parts, in order. @throws Problem 503 when no sandbox could read them */
export async function problemsOf(
  sandbox: Sandbox,
  tenantId: string,
  o: { texts: Texts; variables: Variables; language: string },
): Promise<readonly TemplateProblem[]> {
  const found: TemplateProblem[] = []
  for (const part of ['subject', 'html', 'text'] as const)
    if (o.texts[part].length > mostTemplate)
      found.push({ part, line: null, message: `is longer than ${mostTemplate} characters` })
  if (found.length > 0) return found
  o.texts.html.split('\n').forEach((line, i) => {
    const match = refused.exec(line)
    if (match) found.push({ part: 'html', line: i + 1, message: `has "${match[0].trim()}", which mails may not have` })
  })
  const read = await readTemplate(sandbox, tenantId, o.texts)
  found.push(...read.problems)
  for (const { part, variable, second, line } of read.uses) {
    const known = Object.hasOwn(o.variables, variable) || Object.hasOwn(always, variable)
    if (!known) found.push({ part, line, message: `uses the unknown variable "${variable}"` })
    else if (
      second !== null &&
      (variable === 'organization' || variable === 'recipient') &&
      !Object.hasOwn(always[variable], second)
    )
      found.push({ part, line, message: `uses the unknown variable "${variable}.${second}"` })
  }
  if (found.length > 0) return found
  const [made] = await renderMails(sandbox, tenantId, { it: framed(o.texts) }, [
    { template: 'it', data: previewData(o.variables, o.language) },
  ])
  return made && 'problem' in made ? [made.problem] : []
}

/** @throws Problem 400 with a pointer and the line of each */
export function requireSound(found: readonly TemplateProblem[], pointerOf: (part: Part) => string): void {
  if (found.length === 0) return
  if (found.some(({ again }) => again)) throw new Problem(problems.overloaded, { detail: found[0]!.message })
  const errors = found.slice(0, 50).map(({ part, line, message }) => ({
    pointer: pointerOf(part),
    message: line === null ? message : `line ${line} ${message}`,
    code: 'template',
  }))
  throw new Problem(problems.validationFailed, {
    detail: `The template cannot be used: ${errors[0]!.message}.`,
    errors,
  })
}
