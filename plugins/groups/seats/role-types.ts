import { invalid, type Level, type RoleType, type TreeService, type Tx } from '@guildhall/sdk'
import { fold } from '../words.ts'

/** What everybody in a group is who is nothing else. */
export const plainMember: RoleType = { key: 'member', title: 'Member', permissions: [], extent: 'group' }

interface FunctionRow {
  key: string
  title: string
  permissions: string[]
  extent: RoleType['extent']
  max_holders: number | null
}

/** Role types that every group offers. */
export async function functions(tx: Tx): Promise<RoleType[]> {
  const rows = await tx.query<FunctionRow>(
    'SELECT key, title, permissions, extent, max_holders FROM groups.function WHERE tenant_id = $1 ORDER BY position, key',
    [tx.tenantId],
  )
  return rows.map(({ max_holders, ...role }) => (max_holders === null ? role : { ...role, maxHolders: max_holders }))
}

/** Role types by level: those of the level itself come before functions of the same key. */
export class RoleTypes {
  readonly #levels: readonly Level[]
  readonly #functions: readonly RoleType[]

  constructor(levels: readonly Level[], functions: readonly RoleType[]) {
    this.#levels = levels
    this.#functions = functions
  }

  static async read(tx: Tx, tree: TreeService): Promise<RoleTypes> {
    return new RoleTypes(await tree.levels(tx), await functions(tx))
  }

  /** What a group of a level offers. */
  of(type: string | null): readonly RoleType[] {
    const all = [...(this.#levels.find(({ key }) => key === type)?.roles ?? []), ...this.#functions, plainMember]
    return all.filter((role, i) => all.findIndex(({ key }) => key === role.key) === i)
  }

  /** By key or title, whatever the case of its letters. */
  find(type: string | null, name: string): RoleType | undefined {
    const offered = this.of(type)
    return (
      offered.find(({ key }) => key === name) ??
      offered.find(({ key, title }) => [key, title].map(fold).includes(fold(name)))
    )
  }

  /** @throws Problem 400 with the roles there are */
  named(type: string | null, name: string | undefined): RoleType {
    const found = this.find(type, name ?? plainMember.key)
    if (!found)
      throw invalid(
        '/role',
        `is not a role of this group (roles: ${this.of(type)
          .map(({ key }) => key)
          .join(', ')})`,
      )
    return found
  }

  /** Every role of any level: what a filter may name. */
  everywhere(name: string): string[] {
    const types = [null, ...this.#levels.map(({ key }) => key)]
    const found = types.flatMap((type) => this.find(type, name)?.key ?? [])
    return [...new Set([name, ...found])]
  }

  /** How a seat's role is called; one that is no longer offered keeps its key. */
  title(type: string | null, key: string): string {
    return this.of(type).find((role) => role.key === key)?.title ?? key
  }
}
