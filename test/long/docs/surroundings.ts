/**
 * What stands around the parts of programs that pages show, by the word behind ```ts; the names are those that the pages
 * speak of.
 */

import { join } from 'node:path'
import { project } from '../../support/source-tree.ts'

/** Where the block goes. */
export const here = '/* the block */'

const bot = (parts: string) => `import { type BotCallError, defineBot } from '@guildhall/sdk'
export default defineBot({
id: 'example', version: '1.0.0', title: 'Example', description: 'An example.',
${parts}
})`
const byHand = 'triggers: { manual: {} }, permissions: { actions: [] }, run() {},'

const botThatRuns = bot(`
config: { schema: { type: 'object', required: ['role'], properties: {
  role: { type: 'string', format: 'role' }, token: { type: 'string', format: 'secret' }, tag: { type: 'string' },
} } },
triggers: { events: ['members.created'] },
permissions: {
  actions: ['members.get', 'members.list', 'members.addTag', 'email.send', 'notifications.send'],
  hosts: ['api.example.org'],
},
async run(ctx, event) {
  if (event.trigger !== 'event') return
  const { memberId } = event.payload
  const tag = 'newcomer'
  const member = await ctx.call('members.get', { memberId })
  ${here}
},`)

/** Names of the file that a page adds to; a block that imports them itself has its own. */
const test = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineBot } from '@guildhall/sdk'
import * as kit from '@guildhall/sdk/testing'
declare global {
  var aMember: typeof kit.aMember
  var runBot: typeof kit.runBot
}
const memberId = kit.anId(1)
const joined = { trigger: 'event', name: 'members.created', payload: { memberId, sendWelcome: false } } as const
const bot = defineBot({
  id: 'example', version: '1.0.0', title: 'Example', description: 'An example.',
  config: { schema: { type: 'object', properties: { tag: { type: 'string' } } } },
  triggers: { events: ['members.created'], cron: { default: '0 3 * * *' } },
  permissions: { actions: ['members.get', 'members.list', 'members.addTag', 'email.send'], hosts: ['api.example.org'] },
  run() {},
})
${here}`

const plugin = `import * as sdk from '@guildhall/sdk'
import { Closed, definePlugin, eventRef, nothingDone, serviceRef, Text, type Tx, Uuid } from '@guildhall/sdk'
import Type from 'typebox'
const noteAdded = eventRef({
  id: 'visitor-log.noteAdded', version: 1, title: 'A note was added',
  payload: Closed({ noteId: Uuid() }), example: { noteId: '01890a5d-ac96-774b-bcce-b302099a8057' },
})
const Note = Closed({ id: Uuid(), title: Text(200) })
interface Note { id: string; title: string }
import * as refs from '${join(project, 'plugins/email/refs.ts')}'
declare function addNote(tx: Tx, title: string): Promise<Note>
declare function countNotes(tx: Tx): Promise<number>
declare function notesAfter(tx: Tx, id: string | null): Promise<Note[]>
declare function somethingNew(signal: AbortSignal): Promise<void>
declare function journal(tx: Tx, output: unknown, changed: boolean): Promise<void>
declare const compute: sdk.Figure['compute']
declare const visitorLogMigration: sdk.Migration
type Permission = 'visitor-log.read' | 'visitor-log.write'
type None = Record<never, never>
declare function routes(r: sdk.Router<sdk.Context<None, None, { mostNotes: number }, Permission>, Permission>): void
`
const definition = (fields: string) => `${plugin}
const analyticsFigures = sdk.analyticsFigures
interface ActionsOfNotes { 'visitor-log.count': { input: Record<never, never>; output: { notes: number } } }
declare module '@guildhall/sdk' { interface ActionRegistry extends ActionsOfNotes {} }
const membersService = serviceRef<{ get(tx: Tx, id: string): Promise<{ displayName: string }> }>({
  id: 'members.service', scope: 'tenant' })
export const example = definePlugin({
  id: 'visitor-log', version: '0.1.0', sdk: '^0.1.0', title: 'Visitor log', config: { schema: Type.Object({}) },
  permissions: {
    'visitor-log.read': { title: 'See notes', writes: false, grantedTo: ['admin'] },
    'visitor-log.write': { title: 'Add and delete notes', writes: true },
  },
  ${fields}
})`

export const surroundings: Readonly<Record<string, string>> = {
  bot: bot(`${here}\n${byHand}`),
  form: bot(`config: { schema: { type: 'object',\n${here}\n} },\n${byHand}`),
  run: botThatRuns,
  test,
  plugin: `${plugin}\n${here}`,
  field: definition(here),
  route: definition(`routes: (r) => {\n${here}\n},`),
  stream: definition(`routes: (r) => { r.route({
    method: 'GET', url: '/visitor-log', access: { requires: 'visitor-log.read' }, summary: 'Notes',
    schema: { response: Type.Array(Note) }, handler: async () => [],
    ${here}
  }) },`),
  handler: definition(`
  uses: { schedules: sdk.schedulesService, actions: sdk.actionsService },
  optionalUses: { email: refs.emailService, notifications: refs.notificationsService },
  actions: (a) => a.action({
    id: 'visitor-log.count', title: 'Count notes', requires: 'visitor-log.read', effect: 'write', perRun: 1,
    input: Closed({}), output: Type.Object({ notes: Type.Integer() }),
    run: async (ctx, tx) => {
      const note = await addNote(tx, 'The plumber')
      const { id, title } = note
      const [name, email, reminder, installationId, runId] = ['Ada', 'ada@example.org', note, id, id]
      ${here}
      return { notes: 1 }
    },
  }),`),
}
