import { Closed, LongText, Text, Timestamp } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'
import { mostTemplate } from './liquid-module.ts'

export const Language = Type.Enum(['de', 'en'])
export const templateId = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '^[a-z0-9][a-z0-9.-]*$',
  'x-says': 'must be lower-case letters, digits, "." and "-"',
})

export const TemplateTexts = Closed(
  {
    subject: Text(300),
    html: LongText(mostTemplate),
    text: LongText(mostTemplate),
  },
  { title: 'TemplateTextInput' },
)
const Variable = Closed(
  {
    title: Text(200),
    example: Type.Unknown({ description: 'Shown in the preview' }),
    required: Type.Optional(Type.Boolean()),
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
    texts: Closed({ de: Type.Optional(TemplateTexts), en: Type.Optional(TemplateTexts) }),
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
    subject: Type.String(),
    html: Type.String(),
    text: Type.String(),
    edition: Type.Integer({ description: '0: as shipped' }),
  },
  { title: 'TemplateText' },
)
export const TemplateSummary = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    description: Type.String(),
    source: Type.Enum(['shipped', 'changed', 'own']),
    languages: Type.Array(Language, { maxItems: 2 }),
    version: Type.Integer({ description: '0: never changed' }),
  },
  { title: 'TemplateSummary' },
)
export type TemplateSummary = Static<typeof TemplateSummary>
export const Template = Type.Object(
  {
    ...TemplateSummary.properties,
    variables: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    texts: Type.Object({ de: Type.Optional(Shown), en: Type.Optional(Shown) }),
  },
  { title: 'Template' },
)
export type Template = Static<typeof Template>

export const TemplateEdition = Type.Object(
  {
    language: Language,
    edition: Type.Integer(),
    current: Type.Boolean(),
    subject: Type.String(),
    html: Type.String(),
    text: Type.String(),
    by: Type.Object({ kind: Type.String(), id: Type.Union([Type.String(), Type.Null()]) }),
    createdAt: Timestamp(),
  },
  { title: 'TemplateEdition' },
)
export type TemplateEdition = Static<typeof TemplateEdition>

export const PreviewInput = Closed(
  {
    language: Type.Optional(Language),
    texts: Type.Optional(TemplateTexts),
    data: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Unknown(), { maxProperties: 60 })),
  },
  { title: 'TemplatePreviewInput' },
)
export const Preview = Type.Object(
  {
    subject: Type.Union([Type.String(), Type.Null()]),
    html: Type.Union([Type.String(), Type.Null()]),
    text: Type.Union([Type.String(), Type.Null()]),
    problems: Type.Array(
      Type.Object({
        part: Type.Enum(['subject', 'html', 'text']),
        line: Type.Union([Type.Integer(), Type.Null()]),
        message: Type.String(),
      }),
      { maxItems: 50 },
    ),
  },
  { title: 'TemplatePreview' },
)
