import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Closed, definePlugin, Problem, problems } from '@guildhall/sdk'
import t from 'tap'
import Type from 'typebox'
import { startTestPlatform } from '#core/testing/index.ts'

const desk = definePlugin({
  id: 'desk',
  version: '1.0.0',
  sdk: '^0.1.0',
  title: 'Desk',
  config: { schema: Type.Object({}) },
  permissions: { 'desk.write': { title: 'Hand in', writes: true } },
  routes: (r) =>
    r.upload({
      url: '/desk',
      access: { requires: 'desk.write' },
      summary: 'Hand in',
      maxBytes: 1000,
      schema: {
        query: Closed({}),
        fields: Closed({ refuse: Type.String() }),
        response: Type.Object({ path: Type.String() }),
      },
      handler: async (_ctx, { file }) => {
        if (file.fields.refuse) throw new Problem(problems.conflict)
        return { path: file.path }
      },
    }),
})

t.test('a file belongs to the handler that answers, and stays behind for nobody else', async (t) => {
  const platform = await startTestPlatform({ plugins: [desk] })
  t.teardown(() => platform.close())
  const club = await platform.tenant('Club')
  const admin = await club.admin()
  const send = (o: { fields?: string[]; key?: string } = {}) =>
    admin.inject({
      method: 'POST',
      url: '/api/v1/desk',
      headers: { 'content-type': 'multipart/form-data; boundary=x', ...(o.key && { 'idempotency-key': o.key }) },
      payload: `${['file"; filename="a', ...(o.fields ?? [])].map((name) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nA\r\n`).join('')}--x--\r\n`,
    })
  const left = () => readdir(join(platform.dataDir, 'files', club.id, 'uploads'))

  t.equal((await send({ fields: ['refuse'] })).statusCode, 409)
  t.equal((await send({ key: 'no key' })).statusCode, 400)
  t.same(await left(), [])
  const { path } = (await send()).json()
  t.same(await left(), [basename(path)])
})
