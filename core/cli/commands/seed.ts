import { seedDemo } from '../demo/seed-demo.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { withPlatform } from '../workshop/open.ts'

export async function run(_o: object, output: Output): Promise<void> {
  await withPlatform(async ({ platform, identity }) => {
    const { id, logins } = await seedDemo(platform, { identity, note: (message) => output.note(message) })
    output.result({ id, slug: 'demo', logins }, () =>
      [
        'The organisation demo stands.',
        ...(logins.length > 0
          ? [
              table(
                ['login', 'password', 'role'],
                logins.map(({ email, password, role }) => [email, password, role]),
              ),
            ]
          : []),
      ].join('\n'),
    )
  })
}
