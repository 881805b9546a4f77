/**
 * Filled by declaration merging, so that bots and plugins are typed by what plugins register:
 * `declare module '@guildhall/sdk' { interface EventRegistry { 'members.created': { memberId: string } } }`
 */
// biome-ignore lint/suspicious/noEmptyInterface: merged into by plugins
export interface ActionRegistry {}
// biome-ignore lint/suspicious/noEmptyInterface: merged into by plugins
export interface EventRegistry {}

export type ActionId = keyof ActionRegistry
export type EventId = keyof EventRegistry
