/** `/custom-fields`: what the organisation wants to know of its members beyond the profile. */
import { Closed, Problem, problems, requireVersion, type Tx, Uuid, WholeList } from '@guildhall/sdk'
import Type from 'typebox'
import { v7 as uuidv7 } from 'uuid'
import {
  CustomField,
  CustomFieldInput,
  CustomFieldPatch,
  customFields,
  findCustomField,
} from '../custom-fields/definition.ts'
import { requireSound } from '../custom-fields/rules.ts'
import { deleteCustomField, insertCustomField, refillCustomValues, updateCustomField } from '../sql/custom-fields.ts'
import type { MembersRouter } from './router.ts'

const tags = ['Custom fields'] as const
const params = Closed({ id: Uuid() })

async function field(tx: Tx, id: string, o: { lock?: boolean } = {}): Promise<CustomField> {
  const found = await findCustomField(tx, id, o)
  if (!found) throw new Problem(problems.notFound)
  return found
}

export function customFieldRoutes(r: MembersRouter): void {
  r.route({
    method: 'GET',
    url: '/custom-fields',
    access: { requires: 'members.read', own: true },
    summary: 'List custom fields',
    description: 'In their order. A member sees those of the own view.',
    tags,
    schema: { response: WholeList(CustomField, 200) },
    handler: (ctx) =>
      ctx.read(async (tx) => {
        const reach = ctx.reach('members.read')
        const staff = reach.everywhere || reach.places.length > 0
        return { items: (await customFields(tx)).filter(({ ownView }) => staff || ownView !== 'hidden') }
      }),
  })

  r.route({
    method: 'GET',
    url: '/custom-fields/:id',
    access: { requires: 'members.read' },
    summary: 'Read a custom field',
    tags,
    schema: { params, response: CustomField },
    handler: (ctx, { params: { id } }) => ctx.read((tx) => field(tx, id)),
  })

  r.route({
    method: 'POST',
    url: '/custom-fields',
    access: { requires: 'members.configure' },
    summary: 'Define a custom field',
    tags,
    problems: [problems.alreadyExists],
    schema: { body: CustomFieldInput, response: CustomField },
    status: 201,
    handler: (ctx, { body }) =>
      ctx.transaction(async (tx) => {
        const present = await customFields(tx)
        if (present.length >= 200)
          throw new Problem(problems.conflict, { detail: 'There are 200 custom fields already.' })
        if (present.some(({ key }) => key === body.key))
          throw new Problem(problems.alreadyExists, { detail: `There is a custom field "${body.key}" already.` })
        const made: CustomField = {
          id: uuidv7(),
          description: '',
          options: [],
          required: false,
          filterable: false,
          ownView: 'read',
          position: present.length,
          ...body,
          createdAt: tx.now().toISOString(),
          updatedAt: tx.now().toISOString(),
          version: 1,
        }
        requireSound(made)
        await insertCustomField(tx, made)
        await tx.audit({ action: 'members.customFieldCreated', target: { type: 'customField', id: made.id } })
        return made
      }),
  })

  for (const method of ['PUT', 'PATCH'] as const) {
    r.route({
      method,
      url: '/custom-fields/:id',
      access: { requires: 'members.configure' },
      summary: 'Change a custom field',
      description: 'Key and type stay. Options in use cannot be taken away: change the members first.',
      tags,
      problems: [problems.inUse],
      schema: { params, body: CustomFieldPatch, response: CustomField },
      handler: (ctx, { params: { id }, body, facts }) =>
        ctx.transaction(async (tx) => {
          const before = await field(tx, id, { lock: true })
          requireVersion(facts, before.version)
          const after: CustomField = {
            ...before,
            ...body,
            updatedAt: tx.now().toISOString(),
            version: before.version + 1,
          }
          requireSound(after)
          await updateCustomField(tx, before, after)
          if (after.filterable !== before.filterable) await refillCustomValues(tx, after)
          await tx.audit({
            action: 'members.customFieldUpdated',
            target: { type: 'customField', id },
            changed: Object.keys(body),
          })
          return after
        }),
    })
  }

  r.route({
    method: 'DELETE',
    url: '/custom-fields/:id',
    access: { requires: 'members.configure' },
    summary: 'Delete a custom field',
    description: 'Refused while members have values in it.',
    tags,
    problems: [problems.inUse],
    schema: { params, response: Type.Null() },
    status: 204,
    handler: (ctx, { params: { id }, facts }) =>
      ctx.transaction(async (tx) => {
        const before = await field(tx, id, { lock: true })
        requireVersion(facts, before.version)
        await deleteCustomField(tx, before)
        await tx.audit({ action: 'members.customFieldDeleted', target: { type: 'customField', id } })
        return null
      }),
  })
}
