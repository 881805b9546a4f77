import { Closed, List, LongText, Name, Text, Timestamp, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export const customFieldTypes = ['text', 'longText', 'integer', 'boolean', 'date', 'choice', 'choices', 'url'] as const

const key = Type.String({
  minLength: 1,
  maxLength: 60,
  pattern: '^[a-z][A-Za-z0-9]*$',
  'x-says': 'must be letters and digits, beginning with a small letter, such as shirtSize',
  examples: ['shirtSize'],
})
const written = {
  title: Name({ examples: ['Shirt size'] }),
  description: Type.Optional(LongText(1000)),
  options: Type.Optional(List(Text(100), 200, { description: 'Of choice and choices', uniqueItems: true })),
  required: Type.Optional(Type.Boolean({ description: 'Every member added from now on has it. Default false' })),
  filterable: Type.Optional(
    Type.Boolean({ description: 'Offered as filter `custom.<key>`; not for longText. Default false' }),
  ),
  ownView: Type.Optional(
    Type.Enum(['hidden', 'read', 'write'], {
      description: 'What the member may do with it in the own record. Default read',
    }),
  ),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
}
export const CustomFieldInput = Closed(
  { key, type: Type.Enum([...customFieldTypes]), ...written },
  {
    title: 'CustomFieldInput',
    examples: [{ key: 'shirtSize', title: 'Shirt size', type: 'choice', options: ['S', 'M', 'L'], filterable: true }],
  },
)
export type CustomFieldInput = Static<typeof CustomFieldInput>
/** Key and type stay: values of members hang on them. */
export const CustomFieldPatch = Type.Partial(Closed(written), {
  title: 'CustomFieldPatch',
  additionalProperties: false,
})
export type CustomFieldPatch = Static<typeof CustomFieldPatch>

export const CustomField = Type.Object(
  {
    id: Uuid(),
    key: Type.String({ description: 'Its name in `customFields`, filters and sorts; never changes' }),
    title: Type.String({ description: 'What people read' }),
    description: Type.String({ description: 'Help beside the field' }),
    type: Type.Enum([...customFieldTypes], { description: 'What its values are; never changes' }),
    options: Type.Array(Type.String(), { description: 'What can be chosen; only of choices', maxItems: 200 }),
    required: Type.Boolean({ description: 'Whether staff must fill it in' }),
    filterable: Type.Boolean({ description: 'Whether lists can be filtered by it, as `custom.<key>`' }),
    ownView: Type.Enum(['hidden', 'read', 'write'], { description: 'Whether the member sees or writes it himself' }),
    position: Type.Integer({ description: 'Order in forms, from 0' }),
    createdAt: Timestamp(),
    updatedAt: Timestamp(),
    version: Type.Integer(),
  },
  { title: 'CustomField' },
)
export type CustomField = Static<typeof CustomField>

interface Row extends Omit<CustomField, 'ownView' | 'createdAt' | 'updatedAt'> {
  own_view: CustomField['ownView']
  created_at: Date
  updated_at: Date
}
export const customFieldColumns =
  'id, key, title, description, type, options, required, filterable, own_view, position, created_at, updated_at, version'

export const customFieldOf = ({ own_view, created_at, updated_at, ...row }: Row): CustomField => ({
  ...row,
  ownView: own_view,
  createdAt: created_at.toISOString(),
  updatedAt: updated_at.toISOString(),
})

/** @param o.lock to be changed: nobody else does until the unit ends */
export async function findCustomField(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<CustomField | null> {
  const [row] = await tx.query<Row>(
    `SELECT ${customFieldColumns} FROM members.custom_field WHERE tenant_id = $1 AND id = $2${o.lock ? ' FOR UPDATE' : ''}`,
    [tx.tenantId, id],
  )
  return row ? customFieldOf(row) : null
}

/** The organisation's fields, in their order. */
export async function customFields(tx: Tx): Promise<CustomField[]> {
  const rows = await tx.query<Row>(
    `SELECT ${customFieldColumns} FROM members.custom_field WHERE tenant_id = $1 ORDER BY position, key`,
    [tx.tenantId],
  )
  return rows.map(customFieldOf)
}
