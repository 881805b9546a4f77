/** The catalogue of problems, for people: `docs/reference/errors.md` and the page that `type` URIs point at. */
import { type ProblemKind, problems } from '@guildhall/sdk'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { escapeHtml } from '../auth/pages/page.ts'

/** Platform first, then plugins; by status, then by name. @throws Error when two kinds share an id */
function catalogue(more: readonly ProblemKind[]): ProblemKind[] {
  const known = new Map<string, ProblemKind>()
  for (const kind of [...Object.values(problems), ...more]) {
    const other = known.get(kind.type)
    if (other && other !== kind && (other.status !== kind.status || other.title !== kind.title)) {
      throw new Error(`Two kinds of problem are called "${kind.type}"; rename one`)
    }
    known.set(kind.type, kind)
  }
  return [...known.values()].toSorted((a, b) => a.status - b.status || (a.type < b.type ? -1 : 1))
}

/** @param more the kinds that plugins declare */
export function problemsMarkdown(more: readonly ProblemKind[] = []): string {
  const rows = catalogue(more).map(
    (kind) => `| <a id="${kind.type}"></a>\`${kind.type}\` | ${kind.status} | ${kind.title} | ${kind.remedy} |`,
  )
  return `# Errors

Every error is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`detail\`, \`remedy\`, \`instance\` and \`requestId\`.
Where single places are wrong, \`errors\` lists them: a JSON pointer, a message, the rule, and \`in\` when the place is not in the body.

| type | status | what it says | what to do |
|---|---|---|---|
${rows.join('\n')}
`
}

function problemsPage(more: readonly ProblemKind[] = []): string {
  const parts = catalogue(more).map(
    (kind) =>
      `<dt id="${kind.type}"><code>${kind.type}</code> (${kind.status})</dt><dd>${escapeHtml(kind.title)}. ${escapeHtml(kind.remedy)}</dd>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Errors</title></head><body><h1>Errors</h1>
<p>What the <code>type</code> of a problem means, and what to do. <a href="/docs">API reference</a></p>
<dl>${parts.join('\n')}</dl></body></html>`
}

export const errorPage = fp(
  async (app: FastifyInstance, o: { kinds: () => readonly ProblemKind[] }) => {
    app.get(
      '/docs/errors',
      { schema: { hide: true }, config: { open: 'the documentation is public' } },
      async (_request, reply) => reply.type('text/html; charset=utf-8').send(problemsPage(o.kinds())),
    )
  },
  { name: 'guildhall-error-page' },
)
