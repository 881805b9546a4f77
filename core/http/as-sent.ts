interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly default?: unknown
  /** What the document says more precisely than the check, which has words of its own for what is wrong. */
  readonly 'x-sent'?: object
}

/**
 * A part of a request as its sender sees it: what has a default may be left out, since it is filled in before anything
 * is asked of it. TypeBox calls it required, for the handler always has it.
 */
export function asSent<S>(schema: S): S {
  const { 'x-sent': precise, ...checked } = schema as S & Schema
  const { properties, items, required } = checked as Schema
  const given = required?.filter((name) => properties?.[name]?.default === undefined)
  return {
    ...checked,
    ...precise,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, asSent(one)])),
    }),
    ...(items && { items: asSent(items) }),
    ...(given && { required: given }),
  } as S
}
