import type { Context, ExtensionPoint, Figure, Tx } from '@guildhall/sdk'
import type { Span } from './span.ts'

export interface ReportRow {
  readonly period: string | null
  readonly figure: string
  /** What the figure is divided by, such as a plan; null for a single number. */
  readonly key: string | null
  readonly value: number
}

export const defaultTopic = 'members'
export const ofTopic = (figures: readonly Figure[], topic: string): Figure[] =>
  figures.filter((figure) => (figure.topic ?? defaultTopic) === topic)

/** All figures of one span. They are sent together and answered in one wait. */
export async function compute(
  ctx: Pick<Context, 'contributions'>,
  tx: Tx,
  figures: readonly Figure[],
  span: Span,
  today: string,
): Promise<Record<string, unknown>> {
  const asked = { ...span, today, contributions: <T>(point: ExtensionPoint<T>) => ctx.contributions(point) }
  const values = await Promise.all(figures.map((figure) => figure.compute(tx, asked)))
  return Object.fromEntries(figures.map((figure, i) => [figure.key, values[i]]))
}

/** Figures as rows: a number is one row, a division one a part. What is neither is not for a table. */
export function rowsOf(figures: Readonly<Record<string, unknown>>, period: string | null): ReportRow[] {
  return Object.entries(figures).flatMap(([figure, value]): ReportRow[] => {
    if (typeof value === 'number') return [{ period, figure, key: null, value }]
    if (Array.isArray(value)) return value.flatMap((part) => partRow(period, figure, part))
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, part]) =>
      typeof part === 'number' ? [{ period, figure, key, value: part }] : [],
    )
  })
}

/** Divisions by things with a name come as lists: `{ id, name, members }`. */
function partRow(period: string | null, figure: string, part: unknown): ReportRow[] {
  if (typeof part !== 'object' || part === null) return []
  const { name, key, id, members, count, value } = part as Record<string, unknown>
  const number = [members, count, value].find((candidate) => typeof candidate === 'number')
  const label = name ?? key ?? id
  const written = typeof label === 'string' || typeof label === 'number' ? String(label) : ''
  return number === undefined ? [] : [{ period, figure, key: written, value: number as number }]
}
