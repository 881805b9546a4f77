import { type TreeNodeData, TreeSelect } from '@mantine/core'
import { useLoaded } from '../../api/use-loaded.ts'
import { usePage } from '../../page-context.ts'
import { inputOf, type Widget } from '../form-extras.ts'

interface GroupNode {
  readonly id: string
  readonly name: string
  readonly children?: readonly GroupNode[]
}

const nodeOf = ({ id, name, children = [] }: GroupNode): TreeNodeData => ({
  value: id,
  label: name,
  ...(children.length > 0 ? { children: children.map(nodeOf) } : {}),
})

/** The field takes the name of what is chosen once, as it begins: it begins anew when the tree has come. */
const begun = (tree: readonly TreeNodeData[]) => (tree.length > 0 ? 'tree' : 'no tree')

function useTree(): TreeNodeData[] {
  const { session } = usePage()
  const { value } = useLoaded('groups', async (signal) => {
    const { items } = await session.api.get<{ items: readonly GroupNode[] }>('/groups?tree=true', { signal })
    return items.map(nodeOf)
  })
  return value ?? []
}

/** One group of the tree. */
export function GroupWidget(props: Widget) {
  const { words } = usePage()
  const tree = useTree()
  return (
    <TreeSelect
      key={begun(tree)}
      {...inputOf(props)}
      placeholder={props.placeholder || words.choose}
      data={tree}
      value={(props.value as string | undefined) ?? null}
      onChange={(next) => props.onChange(next ?? undefined)}
      defaultExpandAll
      searchable
      clearable={!props.required}
      clearButtonProps={{ 'aria-label': words.clear }}
      nothingFoundMessage={words.nothingFound}
    />
  )
}

/** Several groups of the tree; a parent does not bring its children, the bot decides that. */
export function GroupsWidget(props: Widget) {
  const { words } = usePage()
  const tree = useTree()
  return (
    <TreeSelect
      key={begun(tree)}
      {...inputOf(props)}
      mode="checkbox"
      checkStrictly
      placeholder={props.placeholder || words.choose}
      data={tree}
      value={(props.value as string[] | undefined) ?? []}
      onChange={(next) => props.onChange(next)}
      defaultExpandAll
      searchable
      clearable
      clearButtonProps={{ 'aria-label': words.clear }}
      nothingFoundMessage={words.nothingFound}
    />
  )
}
