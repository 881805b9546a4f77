/** A plugin as it should be: misuses.test.ts changes one line of it at a time, and none of these may compile. */
import { Closed, definePlugin, eventRef, Name, serviceRef, Uuid } from '@guildhall/sdk'
import Type from 'typebox'

interface Register {
  count(): Promise<number>
}
const register = serviceRef<Register>({ id: 'register.service', scope: 'tenant' })

const lent = eventRef({
  id: 'tools.lent',
  version: 1,
  title: 'A tool was lent',
  payload: Type.Object({ toolId: Uuid() }),
  example: { toolId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10' },
})

declare module '@guildhall/sdk' {
  interface ActionRegistry {
    'tools.count': { input: { place: string }; output: { tools: number } }
  }
}

export const toolsPlugin = definePlugin({
  id: 'tools',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Tools',
  uses: { register },
  config: {
    schema: Type.Object({ place: Type.String({ maxLength: 40 }) }),
    ui: { place: { 'ui:help': 'Where they are' } },
  },
  permissions: {
    'tools.read': { title: 'See tools', writes: false, grantedTo: ['admin'] },
    'tools.write': { title: 'Lend tools', writes: true },
  },
  events: (e) => {
    e.emits(lent)
    e.on(lent, 'note', async (ctx, { payload }) => ctx.log.info({ tool: payload.toolId }, 'lent'))
  },
  routes: (r) => {
    r.route({
      method: 'POST',
      url: '/tools',
      access: { requires: 'tools.write' },
      summary: 'Lend a tool',
      schema: { body: Closed({ name: Name() }), response: Type.Object({ name: Type.String(), of: Type.Integer() }) },
      handler: (ctx, { body }) =>
        ctx.transaction(async (tx) => {
          await ctx.require('tools.write')
          await tx.emit(lent, { toolId: ctx.config.place })
          return { name: body.name, of: await ctx.use.register.count() }
        }),
    })
  },
  actions: (a) => {
    a.action({
      id: 'tools.count',
      title: 'Count tools',
      requires: 'tools.read',
      effect: 'read',
      input: Closed({ place: Name() }),
      output: Type.Object({ tools: Type.Integer() }),
      perRun: 10,
      run: async (_ctx, _tx, input) => ({ tools: input.place.length }),
    })
  },
})
