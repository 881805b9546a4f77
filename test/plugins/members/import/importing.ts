/** A club with an import door: files as texts go in, answers come out. */
import type { PluginDefinition } from '@guildhall/sdk'
import tap from 'tap'
import { startTestPlatform, type TestClient, type TestPlatform, type TestTenant } from '#core/testing/index.ts'
import type { Import } from '#plugins/members/import/import-schema.ts'
import { membersPlugin } from '#plugins/members/index.ts'

export interface Club {
  readonly platform: TestPlatform
  readonly tenant: TestTenant
  readonly admin: TestClient
}

let shared: Promise<TestPlatform> | undefined

/** An organisation of its own; those of one file live on one platform. */
export async function startClub(
  o: { plugins?: readonly PluginDefinition[]; organization?: Parameters<TestPlatform['tenant']>[1] } = {},
): Promise<Club> {
  shared ??= startTestPlatform({ plugins: o.plugins ?? [membersPlugin] }).then((platform) => {
    tap.teardown(() => platform.close())
    return platform
  })
  const platform = await shared
  const tenant = await platform.tenant('Club', { settings: { country: 'DE' }, ...o.organization })
  return { platform, tenant, admin: await tenant.admin() }
}

export interface Sent {
  into?: string
  mapping?: object
  options?: object
  apply?: boolean
  fileName?: string
}

/** Sends a file as a browser's form does. */
export async function send(client: TestClient, file: string | Buffer, o: Sent = {}) {
  const boundary = '----form'
  const field = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const fields = [
    field('into', o.into ?? 'members'),
    ...(o.mapping ? [field('mapping', JSON.stringify(o.mapping))] : []),
    ...(o.options ? [field('options', JSON.stringify(o.options))] : []),
    ...(o.apply ? [field('apply', 'true')] : []),
  ]
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${o.fileName ?? 'list.csv'}"\r\ncontent-type: application/octet-stream\r\n\r\n`
  const payload = Buffer.concat([
    Buffer.from(fields.join('') + head),
    Buffer.from(file),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return client.inject({
    method: 'POST',
    url: '/api/v1/imports',
    payload,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
}

/** The plan of a file, when nothing is wrong with the request. */
export async function plan({ platform, admin }: Club, file: string | Buffer, o: Sent = {}): Promise<Import> {
  const answer = await send(admin, file, o)
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`)
  await platform.settle()
  return show(admin, (answer.json() as Import).id)
}

export async function show(client: TestClient, id: string): Promise<Import> {
  return (await client.get(`/api/v1/imports/${id}`)).json() as Import
}

/** Applies a plan and waits until it is through. */
export async function apply({ platform, admin }: Club, planned: Pick<Import, 'id' | 'hash'>): Promise<Import> {
  const answer = await admin.post(`/api/v1/imports/${planned.id}/apply`, { hash: planned.hash })
  if (answer.statusCode !== 202) throw new Error(`${answer.statusCode} ${answer.body}`)
  await platform.settle()
  return show(admin, planned.id)
}

export const planAndApply = async (club: Club, file: string | Buffer, o: Sent = {}): Promise<Import> =>
  apply(club, await plan(club, file, o))
