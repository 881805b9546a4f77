/**
 * The form of a bot in its three parts. The platform supplies *when* and *who is told*, the author *what*. They are made
 * of the same closed subset, so that whatever renders one renders all.
 */
import {
  type BotManifest,
  type EventDescription,
  type FormUi,
  type RoleDescription,
  translatedForm,
} from '@guildhall/sdk'
import type { Language } from '../definitions/requests.ts'
import { groupCondition, names, payloadListing } from './conditions.ts'
import { platformGerman } from './german.ts'
import { defaultNotifications } from './notifications.ts'
import type { ToldPeople } from './stored.ts'

export interface FormPart {
  readonly schema: object
  readonly uiSchema: FormUi
}

/** Of the many fields of members, those people ask for first; the API takes every one. */
const memberFields = [
  'status',
  'role',
  'tags',
  'group',
  'joinedOn',
  'birthday',
  'language',
  'address.city',
  'address.country',
]
const fieldTitles: Readonly<Record<string, string>> = {
  status: 'status',
  role: 'role',
  tags: 'tags',
  group: 'group',
  joinedOn: 'day of joining',
  birthday: 'birthday',
  language: 'language',
  'address.city': 'town',
  'address.country': 'country',
  name: 'name',
  type: 'level',
  stage: 'stage',
  genderGroup: 'gender group',
  externalId: 'number in another register',
  changed: 'changed fields',
  sendWelcome: 'welcome mail wanted',
  notify: 'member to be told',
}
const operators = [
  ['eq', 'is'],
  ['ne', 'is not'],
  ['has', 'contains'],
  ['startsWith', 'begins with'],
  ['lt', 'is before, or less than'],
  ['gt', 'is after, or more than'],
] as const

const statuses = [
  { const: 'pending', title: 'invited, not yet a member' },
  { const: 'active', title: 'active' },
  { const: 'expired', title: 'without a membership that runs' },
  { const: 'suspended', title: 'suspended' },
]
const comparedWith = (fields: readonly string[], value: object) => ({
  if: { properties: { field: { enum: fields } }, required: ['field'] },
  then: {
    properties: { value: { type: 'string', title: 'With what', maxLength: 200, ...value } },
    required: ['value'],
  },
})

const conditions = (title: string, fields: readonly string[]): object => ({
  type: 'object',
  title,
  properties: {
    and: {
      type: 'array',
      title: 'All of these',
      maxItems: 20,
      items: {
        type: 'object',
        required: ['field', 'op'],
        properties: {
          field: {
            type: 'string',
            title: 'Field',
            oneOf: fields.map((name) => ({ const: name, title: fieldTitles[name] ?? name })),
          },
          op: {
            type: 'string',
            title: 'Compared how',
            default: 'eq',
            oneOf: operators.map(([op, words]) => ({ const: op, title: words })),
          },
        },
        allOf: [
          comparedWith(['status'], { oneOf: statuses }),
          comparedWith(['group'], { format: 'group' }),
          comparedWith(
            fields.filter((name) => name !== 'status' && name !== 'group'),
            {},
          ),
        ].filter((one) => one.if.properties.field.enum.some((name) => fields.includes(name))),
      },
    },
  },
})

function eventForm(name: string, event: EventDescription | undefined): object {
  const parts: Record<string, object> = {}
  if (event) {
    // Ids are for programs, which set their conditions through the API.
    const fields = Object.keys(payloadListing(event).fields).filter((field) => !field.endsWith('Id'))
    if (fields.length > 0) parts.payload = conditions('Only when the event says', fields)
    if (names(event, 'memberId')) parts.member = conditions('Only for members whose', memberFields)
    if (names(event, 'groupId')) parts.group = conditions('Only for groups whose', Object.keys(groupCondition.fields))
  }
  return {
    type: 'object',
    title: event?.title ?? name,
    properties: {
      // A box to tick says by itself what it is for.
      on: { type: 'boolean', title: event?.title ?? name, default: true },
      ...(Object.keys(parts).length > 0 && { condition: { type: 'object', title: 'Conditions', properties: parts } }),
    },
  }
}

const yesNo = (title: string): object => ({ type: 'boolean', title, default: true })

/** *When*: what may start it. */
export function whenForm({ triggers }: BotManifest, events: readonly EventDescription[], language: Language): FormPart {
  const byId = new Map(events.map((event) => [event.id, event]))
  const { cron } = triggers
  const properties: Record<string, object> = {
    ...(triggers.events.length > 0 && {
      events: {
        type: 'object',
        title: 'Events that start it',
        properties: Object.fromEntries(triggers.events.map((name) => [name, eventForm(name, byId.get(name))])),
      },
    }),
    ...(cron && {
      cron: {
        type: 'object',
        title: 'Times',
        properties: {
          on: yesNo('Starts at these times'),
          ...(cron.configurable && {
            expression: { type: 'string', format: 'cron', title: 'When', default: cron.default, maxLength: 100 },
          }),
        },
      },
    }),
    ...(triggers.manual && { manual: yesNo('People may start it by hand') }),
    ...(triggers.api && { api: yesNo('Programs may start it') }),
    ...(triggers.webhook && { webhook: yesNo('Signed calls of its own address start it') }),
    ...(triggers.action && { action: yesNo('A button on a member or group starts it') }),
  }
  return said(
    {
      schema: { type: 'object', title: 'When it runs', properties },
      uiSchema: { 'ui:order': Object.keys(properties) },
    },
    language,
  )
}

/** *What*: the author's own form, in the language there is. */
export function whatForm({ config, translations }: BotManifest, language: Language): FormPart {
  const { schema, uiSchema } = config
  return language === 'de' && translations.de
    ? translatedForm({ schema, uiSchema }, translations.de)
    : { schema, uiSchema }
}

/** What starts it, with what whoever starts it is asked in the language there is. */
export function triggersIn({ triggers, translations }: BotManifest, language: Language): BotManifest['triggers'] {
  const { de } = translations
  if (language !== 'de' || !de) return triggers
  const asked = ({ input }: { readonly input: object | null }) => ({
    input: input && translatedForm({ schema: input, uiSchema: {} }, de).schema,
  })
  const { manual, api } = triggers
  return { ...triggers, manual: manual && asked(manual), api: api && asked(api) } as BotManifest['triggers']
}

interface Choice {
  readonly key: string
  readonly title: string
}
const ways = { mail: 'by mail', inbox: 'in the inbox', webhook: 'by a call of an address' } as const

function toldForm(
  title: string,
  roles: readonly Choice[],
  more: { usual?: ToldPeople | undefined; fields?: object } = {},
): object {
  const { usual, fields } = more
  return {
    type: 'object',
    title,
    required: ['by'],
    ...(usual && { default: usual }),
    properties: {
      roles: {
        type: 'array',
        title: 'Roles',
        uniqueItems: true,
        maxItems: 20,
        items: { type: 'string', oneOf: roles.map(({ key, title: says }) => ({ const: key, title: says })) },
      },
      members: { type: 'array', title: 'Members', maxItems: 50, items: { type: 'string', format: 'member' } },
      addresses: {
        type: 'array',
        title: 'Further addresses',
        maxItems: 20,
        items: { type: 'string', format: 'email', maxLength: 254 },
      },
      by: {
        type: 'array',
        title: 'How',
        uniqueItems: true,
        maxItems: 3,
        items: { type: 'string', oneOf: Object.entries(ways).map(([key, says]) => ({ const: key, title: says })) },
      },
      url: { type: 'string', format: 'uri', title: 'Address to call', maxLength: 2000 },
      ...fields,
    },
  }
}

const ui: FormUi = { roles: { 'ui:widget': 'checkboxes' }, by: { 'ui:widget': 'checkboxes' } }
const every = {
  every: {
    type: 'string',
    title: 'How often',
    default: 'week',
    oneOf: [
      { const: 'day', title: 'every day' },
      { const: 'week', title: 'every week' },
    ],
  },
}

/** *Who is told*. */
export function whoForm(described: readonly RoleDescription[], language: Language): FormPart {
  const roles = described.map(({ key, titles }): Choice => ({ key, title: titles[language] }))
  return said(
    {
      schema: {
        type: 'object',
        title: 'Who is told',
        properties: {
          failure: toldForm('When it fails', roles, { usual: defaultNotifications.failure }),
          success: toldForm('When it has run', roles),
          digest: toldForm('A summary', roles, { fields: every }),
        },
      },
      uiSchema: { 'ui:order': ['failure', 'success', 'digest'], failure: ui, success: ui, digest: ui },
    },
    language,
  )
}

const said = (form: FormPart, language: Language): FormPart =>
  language === 'de' ? translatedForm(form, platformGerman) : form
