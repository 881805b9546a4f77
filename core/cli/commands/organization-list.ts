import { rows } from '../../auth/platform-rows.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { withPlatform } from '../workshop/open.ts'

interface Listed {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly status: string
  readonly edition: string | null
}

export async function run(_o: object, output: Output): Promise<void> {
  await withPlatform(async ({ runtime }) => {
    const items = await rows<Listed>(
      runtime.database.platform,
      'SELECT id, slug, name, status, edition FROM core.tenant WHERE copy_of IS NULL ORDER BY slug',
    )
    output.result({ items }, () =>
      items.length === 0
        ? 'There is no organisation yet.'
        : table(
            ['slug', 'name', 'status', 'edition', 'id'],
            items.map(({ id, slug, name, status, edition }) => [slug, name, status, edition ?? 'everything', id]),
          ),
    )
  })
}
