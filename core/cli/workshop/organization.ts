import { OrganizationDirectory } from '../../auth/organization-directory.ts'
import type { Runtime } from '../../runtime.ts'

/** An organisation by slug or id. @throws when there is none, naming those there are */
export async function findOrganization(
  { database }: Runtime,
  name: string,
): Promise<{ id: string; slug: string; name: string }> {
  const found = await new OrganizationDirectory(database.platform).find(name)
  if (found) return found
  const [rows] = await database.platform.query(
    'SELECT slug FROM core.tenant WHERE copy_of IS NULL ORDER BY slug LIMIT 20',
  )
  const slugs = (rows as { slug: string }[]).map(({ slug }) => slug)
  const there =
    slugs.length === 0
      ? 'There is none yet: guildhall organization create --slug <slug> --name <name>.'
      : `There are: ${slugs.join(', ')}.`
  throw new Error(`There is no organisation "${name}". ${there}`)
}
