/** What a module of a bot may import, export and name. Each place that breaks a rule has its line. */
import { deceivingName } from './characters.ts'
import { everyNode, isNode, lineOf, nodesIn, type SyntaxNode } from './syntax.ts'

export interface BrokenRule {
  /** From 1; null: the module as a whole. */
  readonly line: number | null
  readonly reason: string
  readonly code: string
}

/** What a bot may import; everything else the SDK has is types, or is not inside the sandbox. */
const inside = new Set(['defineBot'])

/** In the order of their lines. */
export function brokenRules(program: SyntaxNode, code: string): readonly BrokenRule[] {
  const found: BrokenRule[] = []
  for (const { node, inFunction } of everyNode(program)) {
    const broken = ruleBrokenBy(node, inFunction, code)
    if (broken) found.push({ line: lineOf(node), ...broken })
  }
  if (!nodesIn(program.body).some(exportsDefault))
    found.push({
      line: null,
      code: 'export',
      reason: 'Write "export default defineBot({ ... })": the module exports no bot',
    })
  return found.toSorted((a, b) => (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY))
}

type Broken = Omit<BrokenRule, 'line'> & { readonly line?: number }
const imports = (reason: string): Broken => ({ code: 'import', reason })

function ruleBrokenBy(node: SyntaxNode, inFunction: boolean, code: string): Broken | null {
  switch (node.type) {
    case 'Identifier':
    case 'PrivateIdentifier': {
      // As it is written: the tree has escapes read already.
      const reason = deceivingName(code.slice(node.start, node.end))
      return reason === null ? null : { code: 'name', reason }
    }
    case 'ImportDeclaration':
      return importBroken(node)
    case 'ImportExpression':
      return imports('A bot cannot import while it runs; put what it needs into its own file')
    case 'MetaProperty':
      return isNamed(node.meta, 'import') ? imports('A bot has no import.meta') : null
    case 'CallExpression':
      return isNamed(node.callee, 'require')
        ? imports('A bot has no require; put what it needs into its own file')
        : null
    case 'ExportAllDeclaration':
      return imports('A bot exports its own bot, nothing from elsewhere')
    case 'ExportNamedDeclaration':
      return isNode(node.source) ? imports('A bot exports its own bot, nothing from elsewhere') : null
    case 'AwaitExpression':
    case 'ForOfStatement':
    case 'VariableDeclaration':
      return !inFunction && waits(node)
        ? { code: 'await', reason: 'Move "await" into a function: a module is not waited for' }
        : null
    default:
      return null
  }
}

const waits = ({ type, await: awaits, kind }: SyntaxNode): boolean =>
  type === 'AwaitExpression' || awaits === true || kind === 'await using'

const isNamed = (node: unknown, name: string): boolean =>
  isNode(node) && node.type === 'Identifier' && node.name === name

function importBroken({ source, specifiers, attributes }: SyntaxNode): Broken | null {
  if (!isNode(source) || source.value !== '@guildhall/sdk' || nodesIn(attributes).length > 0)
    return imports('A bot imports "@guildhall/sdk" alone; put what else it needs into its own file')
  const names = nodesIn(specifiers)
  if (names.length === 0 || names.some(({ type }) => type !== 'ImportSpecifier'))
    return imports('Write import { defineBot } from "@guildhall/sdk"')
  for (const one of names) {
    const { name, value } = one.imported as SyntaxNode
    const what = String(name ?? value).slice(0, 60)
    if (!inside.has(what))
      return {
        line: lineOf(one),
        ...imports(`"${what}" is not there when a bot runs; if it is a type, write "import type" or "type ${what}"`),
      }
  }
  return null
}

const exportsDefault = ({ type, specifiers }: SyntaxNode): boolean =>
  type === 'ExportDefaultDeclaration' ||
  (type === 'ExportNamedDeclaration' && nodesIn(specifiers).some(({ exported }) => isNamed(exported, 'default')))
