/**
 * @guildhall/sdk: what plugins and bots import. Definitions are plain data; refs are ids with types; effects live on `Tx`.
 * Terms: docs/glossary.md.
 */
export * from './acting.ts'
export * from './bot.ts'
export * from './bot-limits.ts'
export * from './bot-manifest.ts'
export * from './bot-source/index.ts'
export * from './calendar.ts'
export * from './catalogue.ts'
export * from './context.ts'
export * from './forms/index.ts'
export * from './listing/index.ts'
export * from './permissions.ts'
export * from './plugin.ts'
export * from './problems.ts'
export * from './refs.ts'
export * from './registries.ts'
export * from './sandbox.ts'
export * from './services.ts'
export * from './simulation.ts'
export * from './text.ts'
