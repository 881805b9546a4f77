/** The templates of an organisation: what we and plugins ship, what it made of them, and those it wrote itself. */
import { invalid, Problem, problems, type RequestFacts, requireVersion, type Tx } from '@guildhall/sdk'
import type { EmailContext } from '../context.ts'
import { emailTemplates, type ShippedTemplate } from '../refs.ts'
import type { Texts } from './rendering.ts'
import { shippedTemplates } from './shipped/index.ts'
import type { Template, TemplateInput, TemplateSummary } from './template-schema.ts'
import {
  allTemplates,
  deleteTemplate,
  edition,
  type Language,
  type TemplateRow,
  templateRow,
  writeEdition,
} from './template-sql.ts'

export const languages: readonly Language[] = ['de', 'en']

/** `de-AT` is German; what is neither German nor English is English. */
export const languageOf = (tag: string | null | undefined): Language =>
  tag?.toLowerCase().split(/[-_]/)[0] === 'de' ? 'de' : 'en'

export function shippedIn(ctx: EmailContext): ReadonlyMap<string, ShippedTemplate> {
  return new Map([...shippedTemplates, ...ctx.contributions(emailTemplates)].map((one) => [one.id, one]))
}

export interface FoundTemplate {
  readonly shipped: ShippedTemplate | undefined
  /** What the organisation made of it; none when it stands as shipped. */
  readonly row: TemplateRow | undefined
  readonly variables: ShippedTemplate['variables']
}

/** @throws Problem 404 */
export async function findTemplate(
  ctx: EmailContext,
  tx: Tx,
  key: string,
  o: { lock?: boolean } = {},
): Promise<FoundTemplate> {
  const shipped = shippedIn(ctx).get(key)
  const row = await templateRow(tx, key, o)
  const living = row?.deleted_at ? undefined : row
  if (!shipped && !living) throw new Problem(problems.notFound, { detail: `There is no template "${key}".` })
  return { shipped, row: living, variables: shipped?.variables ?? living!.variables }
}

/** Without what the organisation made of it. @throws Problem 404 for one that it wrote itself */
export function asShipped({ shipped, variables }: FoundTemplate): FoundTemplate {
  if (!shipped) throw new Problem(problems.notFound, { detail: 'This template does not come with the platform.' })
  return { shipped, row: undefined, variables }
}

export async function hasTemplate(ctx: EmailContext, tx: Tx, key: string): Promise<boolean> {
  if (shippedIn(ctx).has(key)) return true
  const row = await templateRow(tx, key)
  return row !== undefined && !row.deleted_at
}

/** The words in this language; where it has none in it, in the other. */
export async function textsOf(
  tx: Tx,
  found: FoundTemplate,
  wanted: Language,
): Promise<{ language: Language; texts: Texts }> {
  for (const language of [wanted, ...languages.filter((other) => other !== wanted)]) {
    const texts = await textsIn(tx, found, language)
    if (texts) {
      const { subject, html, text } = texts
      return { language, texts: { subject, html, text } }
    }
  }
  throw new Problem(problems.notFound, { detail: 'The template has no words in any language.' })
}

async function textsIn(
  tx: Tx,
  { shipped, row }: FoundTemplate,
  language: Language,
): Promise<(Texts & { edition: number }) | null> {
  const number = row?.current[language]
  const own = row && number !== undefined ? await edition(tx, row.id, { language, edition: number }) : undefined
  if (own) return { subject: own.subject, html: own.html, text: own.text, edition: own.edition }
  return shipped ? { ...shipped.texts[language], edition: 0 } : null
}

/** A title that somebody here wrote is the same in both; a copy carries the shipped one until somebody does. */
function titlesOf({ shipped, row }: Omit<FoundTemplate, 'variables'>): Record<Language, string> {
  const en = row?.title ?? shipped!.title
  return { en, de: en === shipped?.title ? (shipped.germanTitle ?? en) : en }
}

const summary = (key: string, { shipped, row }: Omit<FoundTemplate, 'variables'>): TemplateSummary => ({
  id: key,
  title: row?.title ?? shipped!.title,
  titles: titlesOf({ shipped, row }),
  description: row?.description ?? shipped!.description,
  source: shipped ? (row ? 'changed' : 'shipped') : 'own',
  languages: languages.filter((language) => shipped || row?.current[language] !== undefined),
  version: row?.version ?? 0,
})

export async function listTemplates(ctx: EmailContext, tx: Tx): Promise<TemplateSummary[]> {
  const rows = new Map((await allTemplates(tx)).map((row) => [row.key, row]))
  const shipped = shippedIn(ctx)
  return [...new Set([...shipped.keys(), ...rows.keys()])]
    .sort()
    .map((key) => summary(key, { shipped: shipped.get(key), row: rows.get(key) }))
}

export async function showTemplate(ctx: EmailContext, tx: Tx, key: string): Promise<Template> {
  const found = await findTemplate(ctx, tx, key)
  const texts: Partial<Record<Language, Texts & { edition: number }>> = {}
  for (const language of languages) {
    const inIt = await textsIn(tx, found, language)
    if (inIt) texts[language] = inIt
  }
  return { ...summary(key, found), variables: { ...found.variables }, texts }
}

/** What a change makes of a template, before it is looked at. @throws Problem 400, 404 for an id that is a plugin's */
export async function planned(ctx: EmailContext, tx: Tx, key: string, input: TemplateInput) {
  if (Object.keys(input.texts).length === 0) throw invalid('/texts', 'Give the words in one language at least')
  const shipped = shippedIn(ctx).get(key)
  const before = await templateRow(tx, key)
  const living = before?.deleted_at ? undefined : before
  if (!shipped && !living && key.includes('.'))
    throw invalid('/id', 'A name with a dot belongs to a plugin', { code: 'reserved', in: 'path' })
  if (shipped?.fixed)
    throw invalid('/id', 'It proves who reads a mailbox, so it goes out in the shipped words', {
      code: 'fixed',
      in: 'path',
    })
  if (shipped && input.variables)
    throw invalid('/variables', 'What a shipped template may use is settled by whoever sends it')
  return {
    before: living,
    write: {
      title: input.title ?? living?.title ?? shipped?.title ?? key,
      description: input.description ?? living?.description ?? shipped?.description ?? '',
      variables: shipped?.variables ?? input.variables ?? living?.variables ?? {},
      texts: input.texts as Partial<Record<Language, Texts>>,
    },
  }
}

/** Keeps what was planned and found sound. @throws Problem 412 when somebody was faster */
export async function changeTemplate(
  ctx: EmailContext,
  tx: Tx,
  key: string,
  input: TemplateInput,
  facts: Pick<RequestFacts, 'ifMatch'>,
): Promise<Template> {
  const locked = await templateRow(tx, key, { lock: true })
  requireVersion(facts, locked && !locked.deleted_at ? locked.version : 0)
  const { write } = await planned(ctx, tx, key, input)
  const row = await writeEdition(tx, locked, key, write)
  await tx.audit({
    action: 'email.templateChanged',
    target: { type: 'template', id: row.id },
    changed: Object.keys(input.texts),
    meta: { template: key, edition: row.edition },
  })
  return showTemplate(ctx, tx, key)
}

/** The words of an earlier edition become those of a new one. @throws Problem 404, 412 */
export async function restoreEdition(
  ctx: EmailContext,
  tx: Tx,
  key: string,
  o: { language: Language; edition: number },
  facts: Pick<RequestFacts, 'ifMatch'>,
): Promise<Template> {
  const row = await templateRow(tx, key, { lock: true })
  const old = row && (await edition(tx, row.id, o))
  if (!row || !old) throw new Problem(problems.notFound, { detail: 'There is no such edition.' })
  requireVersion(facts, row.deleted_at ? 0 : row.version)
  const { subject, html, text } = old
  const { title, description, variables } = row
  const written = await writeEdition(tx, row, key, {
    title,
    description,
    variables,
    texts: { [o.language]: { subject, html, text } },
  })
  await tx.audit({
    action: 'email.templateRestored',
    target: { type: 'template', id: row.id },
    meta: { template: key, from: o.edition, edition: written.edition },
  })
  return showTemplate(ctx, tx, key)
}

/** A shipped template stands as shipped again, one of the organisation's own is gone. Editions stay. @throws Problem 404, 412 */
export async function dropTemplate(
  ctx: EmailContext,
  tx: Tx,
  key: string,
  facts: Pick<RequestFacts, 'ifMatch'>,
): Promise<void> {
  const { row } = await findTemplate(ctx, tx, key, { lock: true })
  if (!row) return
  requireVersion(facts, row.version)
  await deleteTemplate(tx, row.id)
  await tx.audit({ action: 'email.templateDeleted', target: { type: 'template', id: row.id }, meta: { template: key } })
}
