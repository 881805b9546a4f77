/** Templates are tenants' text: what reads and renders them runs in the sandbox, never here. */
import { Problem, problems, type Sandbox } from '@guildhall/sdk'
import { v7 as uuidv7 } from 'uuid'
import { framedHtml, framedText, linesBefore } from './layout.ts'
import { liquidModule } from './liquid-module.ts'

export interface Texts {
  readonly subject: string
  readonly html: string
  readonly text: string
}
export type Part = keyof Texts
export interface TemplateProblem {
  readonly part: Part
  /** In the template, from 1; null where there is none to tell. */
  readonly line: number | null
  readonly message: string
  /** The sandbox ended early, which may not be the template's doing: to be tried again. */
  readonly again?: true
}
/** A mail to be made: which of the given templates, and what it says. */
export interface Order {
  readonly template: string
  readonly data: Readonly<Record<string, unknown>>
}
export type Rendered = Texts | { readonly problem: TemplateProblem }

/** Most mails a run. */
const aRun = 100
const limits = {
  heapMb: 32,
  cpuMs: 2000,
  wallMs: 20_000,
  calls: 0,
  inFlight: 1,
  resultBytes: 4_000_000,
  logLines: 0,
} as const

export const framed = (texts: Texts): Texts => ({
  subject: texts.subject,
  html: framedHtml(texts.html),
  text: framedText(texts.text),
})

interface Stopped {
  readonly stopped: string
  readonly again?: true
}

async function ask<T>(sandbox: Sandbox, tenantId: string, event: object): Promise<T | Stopped> {
  const outcome = await sandbox.run({
    tenantId,
    runId: uuidv7(),
    source: await liquidModule(),
    config: {},
    event,
    context: { tenant: {}, run: {}, secrets: {} },
    now: Date.now(),
    seed: 'mail',
    limits,
    call: async () => ({ ok: false, code: 'FORBIDDEN', message: 'Templates call nothing' }),
    log: () => {},
  })
  if (outcome.end === 'ok') return (outcome.result as { answer: T }).answer
  if (outcome.end === 'cancelled') throw new Problem(problems.overloaded, { detail: 'The platform is stopping.' })
  // Neither is the template's doing for certain: a machine can be too busy to come to it.
  if (outcome.end === 'crash' || outcome.end === 'timeout') return { stopped: 'The sandbox ended early.', again: true }
  return { stopped: stops[outcome.end] ?? outcome.error?.message ?? outcome.end }
}
const stops: Readonly<Record<string, string>> = {
  cpu: 'takes too long',
  memory: 'needs too much memory',
  quota: 'becomes too long',
}

/**
 * Renders in the order given. One that cannot be rendered gives its problem, and spoils no other.
 * @param templates by the names that the orders use; framed
 * @throws Problem 503 when the platform stops
 */
export async function renderMails(
  sandbox: Sandbox,
  tenantId: string,
  templates: Readonly<Record<string, Texts>>,
  mails: readonly Order[],
): Promise<readonly Rendered[]> {
  const all: Rendered[] = []
  for (let from = 0; from < mails.length; from += aRun)
    all.push(...(await renderSome(sandbox, tenantId, templates, mails.slice(from, from + aRun))))
  return all
}

async function renderSome(
  sandbox: Sandbox,
  tenantId: string,
  templates: Readonly<Record<string, Texts>>,
  mails: readonly Order[],
): Promise<readonly Rendered[]> {
  const used = Object.fromEntries(
    [...new Set(mails.map(({ template }) => template))].map((key) => [key, templates[key]!]),
  )
  const answer = await ask<readonly Rendered[]>(sandbox, tenantId, { render: { templates: used, mails } })
  if (!('stopped' in answer)) return answer.map(mended)
  if (mails.length === 1) return [{ problem: stoppedAt(answer) }]
  // One of them is too much: halves find it, and the others go out.
  const half = Math.ceil(mails.length / 2)
  return [
    ...(await renderSome(sandbox, tenantId, templates, mails.slice(0, half))),
    ...(await renderSome(sandbox, tenantId, templates, mails.slice(half))),
  ]
}

const stoppedAt = ({ stopped, again }: Stopped): TemplateProblem => ({
  part: 'html',
  line: null,
  message: stopped,
  ...(again && { again }),
})

// No two runs of spaces side by side: to divide a long one between them takes the square of its length.
const strangeAddress = /(\b(?:href|src|action|background)\s*=\s*(?:["']\s*)?)(?:javascript|vbscript|data)\s*:/gi
/** Lines of the template, addresses that are none, a subject of one line. */
function mended(made: Rendered): Rendered {
  if ('problem' in made) return { problem: inTemplate(made.problem) }
  return {
    subject: made.subject
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 300),
    html: made.html.replace(strangeAddress, '$1#'),
    text: `${made.text.replace(/\n{3,}/g, '\n\n').trim()}\n`,
  }
}
const inTemplate = (problem: TemplateProblem): TemplateProblem => ({
  ...problem,
  line: problem.line === null ? null : Math.max(1, problem.line - linesBefore[problem.part]),
})

export interface VariableUse {
  readonly part: Part
  readonly variable: string
  /** `name` of `organization.name`. */
  readonly second: string | null
  readonly line: number
}

/** Reads the parts without rendering them: where they use which variable, and what cannot be read. */
export async function readTemplate(
  sandbox: Sandbox,
  tenantId: string,
  parts: Partial<Texts>,
): Promise<{ readonly uses: readonly VariableUse[]; readonly problems: readonly TemplateProblem[] }> {
  type Found = VariableUse | { part: Part; problem: { line: number | null; message: string } }
  const found = await ask<readonly Found[]>(sandbox, tenantId, { check: { parts } })
  if ('stopped' in found) return { uses: [], problems: [stoppedAt(found)] }
  return {
    uses: found.filter((one): one is VariableUse => !('problem' in one)),
    problems: found.flatMap((one) => ('problem' in one ? [{ part: one.part, ...one.problem }] : [])),
  }
}
