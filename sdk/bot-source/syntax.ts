/** The syntax tree of a module (ESTree), and a way through it. */
import { parse } from 'acorn'

export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly loc: { readonly start: { readonly line: number } }
  readonly [part: string]: unknown
}

/** @throws SyntaxError with `loc`; RangeError for what nests too deep */
export const syntaxOf = (code: string): SyntaxNode =>
  parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }) as unknown as SyntaxNode

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string'
export const nodesIn = (value: unknown): readonly SyntaxNode[] => (Array.isArray(value) ? value.filter(isNode) : [])
export const lineOf = ({ loc }: SyntaxNode): number => loc.start.line

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Every node, and whether a function stands around it. Without recursion: `a.b.b.b...` nests as deep as it is long. */
export function* everyNode(root: SyntaxNode): Generator<{ readonly node: SyntaxNode; readonly inFunction: boolean }> {
  const left = [{ node: root, inFunction: false }]
  for (let next = left.pop(); next; next = left.pop()) {
    yield next
    const { node } = next
    const inFunction = next.inFunction || functions.has(node.type)
    for (const part of Object.values(node))
      if (isNode(part)) left.push({ node: part, inFunction })
      else for (const one of nodesIn(part)) left.push({ node: one, inFunction })
  }
}
