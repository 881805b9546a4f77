/** `/email-templates`. Templates are read and rendered in the sandbox, so no unit of work is open meanwhile. */
import { Closed, problems, WholeList } from '@guildhall/sdk'
import Type from 'typebox'
import { type EmailContext, type EmailRouter, everywhere } from '../context.ts'
import { previewData, problemsOf, requireSound } from './check.ts'
import { framed, renderMails } from './rendering.ts'
import {
  Language,
  Preview,
  PreviewInput,
  Template,
  TemplateEdition,
  TemplateInput,
  TemplateSummary,
  templateId,
} from './template-schema.ts'
import { editions, type Language as LanguageName, templateRow } from './template-sql.ts'
import {
  changeTemplate,
  dropTemplate,
  findTemplate,
  listTemplates,
  planned,
  restoreEdition,
  showTemplate,
  textsOf,
} from './templates.ts'
import { frameFor } from './values.ts'

const Params = Closed({ id: templateId })
const tags = ['E-mail templates'] as const

export function templateRoutes(r: EmailRouter): void {
  r.route({
    method: 'GET',
    url: '/email-templates',
    access: { requires: 'email.read' },
    summary: 'List the templates',
    tags,
    schema: { response: WholeList(TemplateSummary, 1000) },
    handler: (ctx) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        return { items: await listTemplates(ctx, tx) }
      }),
  })
  r.route({
    method: 'GET',
    url: '/email-templates/:id',
    access: { requires: 'email.read' },
    summary: 'Show a template in its languages',
    tags,
    schema: { params: Params, response: Template },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        return showTemplate(ctx, tx, params.id)
      }),
  })
  r.route({
    method: 'PUT',
    url: '/email-templates/:id',
    access: { requires: 'email.templates' },
    summary: 'Change a template, or write one',
    description:
      'Languages that are left out stay. Makes a new edition; the ones before can be restored. A template that cannot be ' +
      'rendered, or uses an unknown variable, is refused with the line.',
    tags,
    problems: [problems.preconditionFailed, problems.overloaded],
    schema: { params: Params, body: TemplateInput, response: Template },
    handler: async (ctx, { params, body, facts }) => {
      await ctx.require('email.templates', everywhere)
      const { write } = await ctx.read((tx) => planned(ctx, tx, params.id, body))
      for (const [language, texts] of Object.entries(write.texts))
        requireSound(
          await problemsOf(ctx.use.sandbox, ctx.tenantId, { texts, variables: write.variables, language }),
          (part) => `/texts/${language}/${part}`,
        )
      return ctx.transaction((tx) => changeTemplate(ctx, tx, params.id, body, facts))
    },
  })
  r.route({
    method: 'POST',
    url: '/email-templates/:id/preview',
    reads: true,
    access: { requires: 'email.templates' },
    summary: 'Show how a mail of this template looks',
    description: 'With example data, and over it what `data` says. `texts` shows a draft. Nothing is kept.',
    tags,
    problems: [problems.overloaded],
    schema: { params: Params, body: PreviewInput, response: Preview },
    status: 200,
    handler: (ctx, { params, body }) => preview(ctx, params.id, body),
  })
  r.route({
    method: 'GET',
    url: '/email-templates/:id/versions',
    access: { requires: 'email.read' },
    summary: 'Show the editions of a template, the newest first',
    tags,
    schema: { params: Params, response: WholeList(TemplateEdition, 200) },
    handler: (ctx, { params }) =>
      ctx.read(async (tx) => {
        await ctx.require('email.read', everywhere)
        const row = await templateRow(tx, params.id)
        if (!row) {
          await findTemplate(ctx, tx, params.id)
          return { items: [] }
        }
        return {
          items: (await editions(tx, row.id)).map((one) => ({
            language: one.language,
            edition: one.edition,
            current: row.current[one.language] === one.edition,
            subject: one.subject,
            html: one.html,
            text: one.text,
            by: { kind: one.by_kind, id: one.by_id },
            createdAt: one.created_at.toISOString(),
          })),
        }
      }),
  })
  r.route({
    method: 'POST',
    url: '/email-templates/:id/restore',
    ifMatch: true,
    access: { requires: 'email.templates' },
    summary: 'Use the words of an earlier edition again',
    tags,
    problems: [problems.preconditionFailed],
    schema: {
      params: Params,
      body: Closed({
        language: Language,
        edition: Type.Integer({ description: 'Which to go back to', minimum: 1, maximum: 2_147_483_647 }),
      }),
      response: Template,
    },
    status: 200,
    handler: (ctx, { params, body, facts }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('email.templates', everywhere)
        return restoreEdition(ctx, tx, params.id, body as { language: LanguageName; edition: number }, facts)
      }),
  })
  r.route({
    method: 'DELETE',
    url: '/email-templates/:id',
    access: { requires: 'email.templates' },
    summary: 'Go back to the template as shipped, or delete an own one',
    tags,
    problems: [problems.preconditionFailed],
    schema: { params: Params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params, facts }) =>
      ctx.transaction(async (tx) => {
        await ctx.require('email.templates', everywhere)
        await dropTemplate(ctx, tx, params.id, facts)
        return null
      }),
  })
}

async function preview(ctx: EmailContext, key: string, body: Type.Static<typeof PreviewInput>) {
  await ctx.require('email.templates', everywhere)
  const { texts, language, variables, frame } = await ctx.read(async (tx) => {
    const found = await findTemplate(ctx, tx, key)
    const organization = await ctx.use.organization.current(tx)
    const kept = await textsOf(
      tx,
      found,
      (body.language ?? (organization.languages[0] === 'de' ? 'de' : 'en')) as LanguageName,
    )
    return {
      texts: body.texts ?? kept.texts,
      language: kept.language,
      variables: found.variables,
      frame: frameFor(ctx, organization),
    }
  })
  const found = await problemsOf(ctx.use.sandbox, ctx.tenantId, { texts, variables, language })
  const data = {
    ...previewData(variables, language, body.data as Record<string, unknown> | undefined),
    organization: frame,
  }
  const [made] =
    found.length > 0
      ? []
      : await renderMails(ctx.use.sandbox, ctx.tenantId, { it: framed(texts) }, [{ template: 'it', data }])
  if (!made || 'problem' in made)
    return { subject: null, html: null, text: null, problems: (made ? [made.problem] : [...found]).slice(0, 50) }
  return { ...made, problems: [] }
}
