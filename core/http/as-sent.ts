interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly default?: unknown
}

/**
 * A part of a request as its sender sees it: what has a default may be left out, since it is filled in before anything
 * is asked of it. TypeBox calls it required, for the handler always has it.
 */
export function asSent<S>(schema: S): S {
  const { properties, items, required } = schema as Schema
  const given = required?.filter((name) => properties?.[name]?.default === undefined)
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, asSent(one)])),
    }),
    ...(items && { items: asSent(items) }),
    ...(given && { required: given }),
  }
}
