import type { LightMyRequestResponse } from 'fastify'
import type { TestClient } from '#core/testing/index.ts'

type Spec = Readonly<Record<string, unknown>>

/** A definition with everything a bot needs, and what a test says otherwise. */
export const botSpec = (more: Spec = {}): Spec & { id: string; version: string } => ({
  id: 'greeter',
  version: '1.0.0',
  title: 'Greeter',
  description: 'Says hello to whoever joins.',
  kind: 'event',
  config: {
    schema: {
      type: 'object',
      properties: {
        greeting: { type: 'string', title: 'Greeting', minLength: 2, maxLength: 40, default: 'Hello' },
      },
    },
  },
  triggers: { events: ['members.created'], manual: {} },
  permissions: { actions: ['members.get'] },
  ...more,
})

/** Its module, as an author would write it. */
export const botSource = (spec: Spec, run = 'ctx.log("hello")'): string =>
  `import { defineBot } from '@guildhall/sdk'\nexport default defineBot(Object.assign(${JSON.stringify(spec, null, 2)}, {\n  async run(ctx, event) {\n    ${run}\n  },\n}))\n`

/** Publishes it, and gives the answer. @throws with the answer when it is refused */
export async function published(author: TestClient, more: Spec = {}): Promise<Spec & { id: string; version: string }> {
  const spec = botSpec(more)
  const answer = await author.post('/api/v1/bots', { source: botSource(spec) })
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return spec
}

/** What a version asks for, agreed to. */
export const consentTo = (spec: Spec): { actions: readonly string[]; hosts: readonly string[] } => {
  const { actions = [], hosts = [] } = spec.permissions as { actions?: string[]; hosts?: string[] }
  return { actions, hosts }
}

/** Publishes and installs it. @throws with the answer when either is refused */
export async function installed(
  admin: TestClient,
  more: Spec = {},
  settings: object = {},
): Promise<LightMyRequestResponse> {
  const spec = await published(admin, more)
  const answer = await admin.post(`/api/v1/bots/${spec.id}/configure`, { consent: consentTo(spec), ...settings })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer
}

/** The settings of the bot that `installed` installs. */
export const configure = (who: TestClient, body: object) => who.post('/api/v1/bots/greeter/configure', body)

export const pointersOf = (answer: { json(): { errors?: { pointer: string }[] } }): string[] =>
  (answer.json().errors ?? []).map(({ pointer }) => pointer)
