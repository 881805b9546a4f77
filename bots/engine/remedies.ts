/** What a bot runs into that is used to Node or a browser: the engine says what is missing, and this what to do instead. */
const missing: Readonly<Record<string, string>> = {
  fetch: 'use ctx.fetch, with its host in permissions.hosts or in a field of format httpHost',
  XMLHttpRequest: 'use ctx.fetch',
  setTimeout: 'nothing waits inside a run; keep in ctx.state what is left, and go on at the next time of triggers.cron',
  process: 'settings stand in ctx.config',
  require: 'put what it needs into its own file',
  module: 'write export default defineBot({ ... })',
  Buffer: 'use typed arrays',
  URL: 'put addresses together as texts, with encodeURIComponent for their parts',
  URLSearchParams: 'put addresses together as texts, with encodeURIComponent for their parts',
  crypto: 'use Math.random, which is the same in each attempt, or a key made of ids',
  structuredClone: 'use JSON.parse(JSON.stringify(...))',
  localStorage: 'use ctx.state',
  TextEncoder: 'work with texts',
}
const alike: Readonly<Record<string, string>> = {
  setInterval: 'setTimeout',
  setImmediate: 'setTimeout',
  queueMicrotask: 'setTimeout',
  btoa: 'Buffer',
  atob: 'Buffer',
  exports: 'module',
  sessionStorage: 'localStorage',
  TextDecoder: 'TextEncoder',
}

const others: readonly (readonly [RegExp, string])[] = [
  [/read only property|not extensible/, 'what a bot is given cannot be changed; make a copy'],
  [/serialize a BigInt/, 'only JSON leaves a bot; write Number(n) or String(n)'],
]

/** The message, followed by what to do where authors know no way out. */
export function withRemedy(message: string): string {
  const name = /^(\w+) is not defined$/.exec(message)?.[1] ?? ''
  const known = Object.hasOwn(alike, name) ? alike[name]! : name
  const remedy = Object.hasOwn(missing, known)
    ? `a bot has no ${name}; ${missing[known]}`
    : others.find(([pattern]) => pattern.test(message))?.[1]
  return remedy === undefined ? message : `${message} (${remedy})`
}
