import { Closed, LongText, Text, Timestamp, Titles } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { mostTemplate } from './liquid-module.ts'

export const Language = Type.Enum(['de', 'en'], { description: 'German or English' })
export const templateId = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '^[a-z0-9][a-z0-9.-]*$',
  'x-says': 'must be lower-case letters, digits, "." and "-"',
})

export const TemplateTexts = Closed(
  {
    subject: Text(300, { description: 'Liquid' }),
    html: LongText(mostTemplate, { description: 'Liquid' }),
    text: LongText(mostTemplate, { description: 'Liquid, for readers without HTML' }),
  },
  { title: 'TemplateTextInput', description: 'The texts in one language' },
)
const Variable = Closed(
  {
    title: Text(200, { description: 'What people read' }),
    example: Type.Unknown({ description: 'Shown in the preview' }),
    required: Type.Optional(Type.Boolean({ description: 'Whether the texts cannot do without' })),
  },
  { title: 'TemplateVariable' },
)
const Variables = Type.Record(Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_]{0,59}$' }), Variable, {
  maxProperties: 50,
  description: 'Names that the texts may use',
})

export const TemplateInput = Closed(
  {
    title: Type.Optional(Text(200)),
    description: Type.Optional(LongText(1000)),
    variables: Type.Optional(Variables),
    texts: Closed(
      { de: Type.Optional(TemplateTexts), en: Type.Optional(TemplateTexts) },
      { description: 'By language' },
    ),
  },
  {
    title: 'TemplateInput',
    examples: [
      {
        texts: {
          en: { subject: 'Welcome, {{ name }}!', html: '<p>Hello {{ name }}</p>', text: 'Hello {{ name }}' },
        },
      },
    ],
  },
)
export type TemplateInput = Static<typeof TemplateInput>

const Shown = Type.Object(
  {
    subject: Type.String({ description: 'Liquid' }),
    html: Type.String({ description: 'Liquid' }),
    text: Type.String({ description: 'Liquid, for readers without HTML' }),
    edition: Type.Integer({ description: '0: as shipped' }),
  },
  { title: 'TemplateText', description: 'The texts in one language' },
)
export const TemplateSummary = Type.Object(
  {
    id: Type.String({ description: 'Its name, such as members.welcome' }),
    title: Type.String({ description: 'What people read' }),
    titles: Titles(),
    description: Type.String({ description: 'When it is sent' }),
    source: Type.Enum(['shipped', 'changed', 'own'], { description: 'As shipped, changed here, or made here' }),
    languages: Type.Array(Language, { description: 'In which it has texts', maxItems: 2 }),
    version: Type.Integer({ description: '0: never changed' }),
  },
  { title: 'TemplateSummary' },
)
export type TemplateSummary = Static<typeof TemplateSummary>
export const Template = Type.Object(
  {
    ...TemplateSummary.properties,
    variables: Type.Unsafe<Record<string, unknown>>({
      description: 'Names that the texts may use',
      type: 'object',
      additionalProperties: true,
    }),
    texts: Type.Object({ de: Type.Optional(Shown), en: Type.Optional(Shown) }, { description: 'By language' }),
  },
  { title: 'Template' },
)
export type Template = Static<typeof Template>

export const TemplateEdition = Type.Object(
  {
    language: Language,
    edition: Type.Integer({ description: 'Counts changes of the language, from 1' }),
    current: Type.Boolean({ description: 'Whether mails are written with it' }),
    subject: Type.String({ description: 'Liquid' }),
    html: Type.String({ description: 'Liquid' }),
    text: Type.String({ description: 'Liquid, for readers without HTML' }),
    by: Type.Object(
      {
        kind: Type.String({ description: '`user`, `apiToken`, `service`, `bot` or `system`' }),
        id: Type.Union([Type.String(), Type.Null()]),
      },
      { description: 'Who wrote it' },
    ),
    createdAt: Timestamp(),
  },
  { title: 'TemplateEdition' },
)
export type TemplateEdition = Static<typeof TemplateEdition>

export const PreviewInput = Closed(
  {
    language: Type.Optional(Language),
    texts: Type.Optional(TemplateTexts),
    data: Type.Optional(
      Type.Record(Type.String({ maxLength: 60 }), Type.Unknown(), {
        description: 'Values of variables; default: their examples',
        maxProperties: 60,
      }),
    ),
  },
  { title: 'TemplatePreviewInput' },
)
export const Preview = Type.Object(
  {
    subject: Type.Union([Type.String(), Type.Null()], { description: 'As it would be sent; null: it has a problem' }),
    html: Type.Union([Type.String(), Type.Null()], { description: 'As it would be sent; null: it has a problem' }),
    text: Type.Union([Type.String(), Type.Null()], { description: 'As it would be sent; null: it has a problem' }),
    problems: Type.Array(
      Type.Object({
        part: Type.Enum(['subject', 'html', 'text'], { description: 'Where' }),
        line: Type.Union([Type.Integer(), Type.Null()], { description: 'From 1; null: unknown' }),
        message: Type.String({ description: 'What to correct' }),
      }),
      { description: 'What is wrong with the texts', maxItems: 50 },
    ),
  },
  { title: 'TemplatePreview' },
)
