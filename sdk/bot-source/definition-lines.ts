/** Where in the source each part of a definition stands: what is wrong with it is told with its line. */
import { step } from '../forms/schema.ts'
import { isNode, lineOf, nodesIn, type SyntaxNode } from './syntax.ts'

/** Parts that are looked at, and levels: a definition has hundreds of them, whatever else a module has. */
const [most, deepest] = [10_000, 40]

/** Lines by JSON pointer into what `defineBot` is given, as far as it is written out; '' is the definition itself. */
export function definitionLines(program: SyntaxNode): ReadonlyMap<string, number> {
  const names = namesOf(program)
  const lines = new Map<string, number>()
  const call = follow(defaultOf(program), names)
  const left: { value: unknown; pointer: string; depth: number }[] = []
  if (call?.type === 'CallExpression') {
    lines.set('', lineOf(call))
    left.push({ value: nodesIn(call.arguments)[0], pointer: '', depth: 0 })
  }
  // It grows while it is gone through: outer places first, and of two with one name the first.
  for (const { value: found, pointer, depth } of left) {
    // Counted there, and not by their places: what is put into itself (`...`) has ever more parts, and no new place.
    if (left.length >= most) break
    if (depth > deepest) continue
    for (const { name, at, value } of partsOf(follow(found, names))) {
      const place = name === null ? pointer : pointer + step(name)
      if (name !== null && !lines.has(place)) lines.set(place, lineOf(at))
      left.push({ value, pointer: place, depth: depth + 1 })
    }
  }
  return lines
}

interface Part {
  /** Null: its parts are those of the whole (`...other`). */
  readonly name: string | number | null
  readonly at: SyntaxNode
  readonly value: unknown
}

function partsOf(node: SyntaxNode | undefined): readonly Part[] {
  if (node?.type === 'ArrayExpression') {
    const items = node.elements as readonly unknown[]
    // Behind a list that is put in, nobody knows the number.
    const known = items.findIndex((item) => isNode(item) && item.type === 'SpreadElement')
    return items
      .slice(0, known < 0 ? items.length : known)
      .flatMap((item, i) => (isNode(item) ? [{ name: i, at: item, value: item }] : []))
  }
  // `Object.assign(one, other)`: what is given last stands first here, as it does below.
  if (node?.type === 'CallExpression')
    return isObjectAssign(node.callee)
      ? nodesIn(node.arguments)
          .toReversed()
          .map((value) => ({ name: null, at: value, value }))
      : []
  if (node?.type !== 'ObjectExpression') return []
  // What comes later wins.
  return nodesIn(node.properties)
    .toReversed()
    .flatMap((property): Part[] => {
      if (property.type === 'SpreadElement') return [{ name: null, at: property, value: property.argument }]
      const { type, name, value } = property.key as SyntaxNode
      if (property.computed === true) return []
      return [{ name: String(type === 'Identifier' ? name : value), at: property, value: property.value }]
    })
}

const isObjectAssign = (callee: unknown): boolean =>
  isNode(callee) &&
  callee.type === 'MemberExpression' &&
  (callee.object as SyntaxNode).name === 'Object' &&
  (callee.property as SyntaxNode).name === 'assign'

/** What the names at the top of the module stand for. */
function namesOf(program: SyntaxNode): ReadonlyMap<string, unknown> {
  const declared = nodesIn(program.body).flatMap((node) => (isNode(node.declaration) ? [node.declaration] : [node]))
  const variables = declared.filter(({ type }) => type === 'VariableDeclaration')
  return new Map(
    variables.flatMap(({ declarations }) =>
      nodesIn(declarations).flatMap(({ id, init }) =>
        isNode(id) && id.type === 'Identifier' ? [[String(id.name), init] as const] : [],
      ),
    ),
  )
}

function defaultOf(program: SyntaxNode): unknown {
  for (const { type, declaration, specifiers } of nodesIn(program.body)) {
    if (type === 'ExportDefaultDeclaration') return declaration
    const named = nodesIn(specifiers).find(({ exported }) => (exported as SyntaxNode | undefined)?.name === 'default')
    if (named) return named.local
  }
  return undefined
}

function follow(value: unknown, names: ReadonlyMap<string, unknown>): SyntaxNode | undefined {
  let node = value
  for (let steps = 0; steps < deepest && isNode(node) && node.type === 'Identifier'; steps++)
    node = names.get(String(node.name))
  return isNode(node) ? node : undefined
}
