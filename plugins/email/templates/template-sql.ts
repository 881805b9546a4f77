/** Every statement over templates. A row of an edition is never changed; which one counts stands in the template. */
import type { Tx } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import type { ShippedTemplate } from '../refs.ts'
import type { Texts } from './rendering.ts'

export type Language = 'de' | 'en'
export interface TemplateRow {
  readonly id: string
  readonly key: string
  readonly title: string
  readonly description: string
  readonly variables: ShippedTemplate['variables']
  readonly current: Partial<Record<Language, number>>
  readonly edition: number
  readonly deleted_at: Date | null
  readonly version: number
}
export interface EditionRow extends Texts {
  readonly template_id: string
  readonly language: Language
  readonly edition: number
  readonly by_kind: string
  readonly by_id: string | null
  readonly created_at: Date
}
const columns = 't.id, t.key, t.title, t.description, t.variables, t.current, t.edition, t.deleted_at, t.version'
const editionColumns =
  'e.template_id, e.language, e.edition, e.subject, e.html, e.text, e.by_kind, e.by_id, e.created_at'

export const allTemplates = (tx: Tx): Promise<TemplateRow[]> =>
  tx.query<TemplateRow>(
    `SELECT ${columns} FROM email.template t WHERE t.tenant_id = $1 AND t.deleted_at IS NULL ORDER BY t.key`,
    [tx.tenantId],
  )

/** Deleted ones too: their editions go on counting. */
export async function templateRow(tx: Tx, key: string, o: { lock?: boolean } = {}): Promise<TemplateRow | undefined> {
  const [row] = await tx.query<TemplateRow>(
    `SELECT ${columns} FROM email.template t WHERE t.tenant_id = $1 AND t.key = $2 ${o.lock ? 'FOR UPDATE' : ''}`,
    [tx.tenantId, key],
  )
  return row
}

/** Editions of a template, the newest first. */
export const editions = (tx: Tx, templateId: string, most = 200): Promise<EditionRow[]> =>
  tx.query<EditionRow>(
    `SELECT ${editionColumns} FROM email.template_version e WHERE e.tenant_id = $1 AND e.template_id = $2
      ORDER BY e.edition DESC, e.language LIMIT $3`,
    [tx.tenantId, templateId, most],
  )

export async function edition(
  tx: Tx,
  templateId: string,
  o: { language: Language; edition: number },
): Promise<EditionRow | undefined> {
  const [row] = await tx.query<EditionRow>(
    `SELECT ${editionColumns} FROM email.template_version e
      WHERE e.tenant_id = $1 AND e.template_id = $2 AND e.language = $3 AND e.edition = $4`,
    [tx.tenantId, templateId, o.language, o.edition],
  )
  return row
}

export interface TemplateWrite {
  readonly title: string
  readonly description: string
  readonly variables: ShippedTemplate['variables']
  readonly texts: Partial<Record<Language, Texts>>
}

/** A new edition of the texts given; other languages keep theirs. One that was deleted begins without them. */
export async function writeEdition(
  tx: Tx,
  before: TemplateRow | undefined,
  key: string,
  o: TemplateWrite,
): Promise<TemplateRow> {
  const id = before?.id ?? uuidv7()
  const number = (before?.edition ?? 0) + 1
  const languages = Object.keys(o.texts) as Language[]
  const current = {
    ...(before && !before.deleted_at ? before.current : {}),
    ...Object.fromEntries(languages.map((language) => [language, number])),
  }
  const values = [
    tx.tenantId,
    id,
    key,
    o.title,
    o.description,
    JSON.stringify(o.variables),
    JSON.stringify(current),
    number,
    tx.now(),
  ]
  const [row] = await tx.query<TemplateRow>(
    `INSERT INTO email.template AS t (tenant_id, id, key, title, description, variables, current, edition, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
     ON CONFLICT (tenant_id, key) DO UPDATE SET title = $4, description = $5, variables = $6, current = $7, edition = $8,
       deleted_at = NULL, updated_at = $9, version = t.version + 1 WHERE t.tenant_id = $1
     RETURNING ${columns}`,
    values,
  )
  const by = tx.actor.kind === 'system' || tx.actor.kind === 'anonymous' ? null : tx.actor.id
  for (const language of languages) {
    const { subject, html, text } = o.texts[language]!
    await tx.query(
      `INSERT INTO email.template_version (tenant_id, template_id, language, edition, subject, html, text, by_kind, by_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [tx.tenantId, row!.id, language, number, subject, html, text, tx.actor.kind, by, tx.now()],
    )
  }
  return row!
}

export async function deleteTemplate(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `UPDATE email.template SET deleted_at = $3, current = '{}', updated_at = $3, version = version + 1
      WHERE tenant_id = $1 AND id = $2`,
    [tx.tenantId, id, tx.now()],
  )
}
