import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Output, UsageError } from '../terminal/output.ts'
import { type Api, withApi } from '../workshop/api.ts'
import { withPlatform } from '../workshop/open.ts'
import { findOrganization } from '../workshop/organization.ts'
import { type ListFormat, writeList } from '../workshop/write-list.ts'

/** Lists of the API by the word for them; whatever else is written as its address, such as /members/plans. */
const lists: Readonly<Record<string, string>> = {
  groups: '/groups',
  plans: '/members/plans',
  users: '/users',
  grants: '/grants',
  audit: '/audit',
}
/** What has an export of its own: a file an import reads back. */
const downloads: Readonly<Record<string, string>> = {
  members: '/members/export',
  'group-members': '/groups/members/export',
  memberships: '/memberships/export',
}
/** Free JSON stays in one cell; other objects become a column each: `address.city`. */
const whole: ReadonlySet<string> = new Set(['metadata', 'customFields', 'meta'])

export async function run(
  o: { org: string; format: ListFormat; out?: string },
  output: Output,
  [what = '']: readonly string[],
): Promise<void> {
  const download = downloads[what]
  const url = download ?? lists[what] ?? (what.startsWith('/') ? what : undefined)
  if (url === undefined)
    throw new UsageError(
      `"${what}" cannot be exported: use ${Object.keys({ ...downloads, ...lists }).join(', ')}, or the address of a list such as /members/invites`,
    )
  if (output.json && o.out === undefined)
    throw new UsageError('--json needs --out: the export itself would go to standard output')
  await withPlatform(async (workshop) => {
    const { id } = await findOrganization(workshop.runtime, o.org)
    await withApi(workshop, id, async (api) => {
      const target = o.out === undefined ? process.stdout : createWriteStream(o.out)
      const source = await (download ? api.download(`${download}?format=${o.format}`) : listed(api, url, o.format))
      await pipeline(source, target, { end: o.out !== undefined })
    })
    output.result({ file: o.out ?? null }, o.out === undefined ? '' : `Wrote ${what} to ${o.out}.`)
  })
}

/** Columns stand above the rows, so the list is read once for them and once for the rows. */
async function listed(api: Api, url: string, format: ListFormat): Promise<Readable> {
  async function* rows(): AsyncGenerator<object> {
    for await (const item of items(api, url)) yield format === 'ndjson' ? item : flat(item)
  }
  return writeList(rows(), format, format === 'ndjson' ? [] : await columnsOf(api, url))
}

async function columnsOf(api: Api, url: string): Promise<string[]> {
  const columns = new Set<string>()
  for await (const item of items(api, url)) for (const name of Object.keys(flat(item))) columns.add(name)
  return [...columns]
}

async function* items(api: Api, url: string): AsyncGenerator<Record<string, unknown>> {
  let cursor: string | null = null
  do {
    const query: URLSearchParams = new URLSearchParams({ limit: '200', ...(cursor ? { cursor } : {}) })
    const response = await api.call('GET', `${url}?${query.toString()}`)
    const page = response.json<{ items: Record<string, unknown>[]; page: { nextCursor: string | null } }>()
    yield* page.items
    cursor = page.page.nextCursor
  } while (cursor !== null)
}

function flat(item: object, prefix = ''): Record<string, unknown> {
  const cells: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(item)) {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value) && !whole.has(name)
    if (nested) Object.assign(cells, flat(value as object, `${prefix}${name}.`))
    else cells[prefix + name] = value
  }
  return cells
}
