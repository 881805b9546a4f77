/** Attacks that came later, each beside the number of its kin. The value of the last expression is what the run returns. */
import type { Attack } from './attack.ts'

export const later: readonly Attack[] = [
  // Where the engine calls back into the bot, the bot has the thread.
  {
    number: 34,
    name: 'array_species_loop',
    ends: ['cpu'],
    code: 'class E extends Array { static get [Symbol.species]() { return function () { for (;;); } } }; new E(1, 2, 3).map((x) => x)',
  },
  {
    number: 34,
    name: 'promise_species_loop',
    ends: ['cpu'],
    code: `Object.defineProperty(Promise, Symbol.species, { get() { for (;;); } }); ref('x').then((x) => x)`,
  },
  {
    number: 34,
    name: 'prepare_stack_trace_loop',
    ends: ['cpu'],
    code: `Error.prepareStackTrace = () => { for (;;); }; throw new Error('x')`,
  },
  { number: 34, name: 'primitive_loop', ends: ['cpu'], code: `'' + { [Symbol.toPrimitive]() { for (;;); } }` },
  { number: 34, name: 'log_getter_loop', ends: ['cpu'], code: 'console.log({ get a() { for (;;); } })' },
  {
    number: 34,
    name: 'dispose_loop',
    // Node 24 does not know `using` yet.
    ends: ['cpu', 'error'],
    code: '(() => { using x = { [Symbol.dispose]() { for (;;); } } })()',
  },
  { number: 34, name: 'thenable_of_itself', ends: ['cpu'], code: '({ then(r) { r(this) } })' },
  { number: 23, name: 'thenable_never', ends: ['timeout'], code: '({ then() {} })' },
  {
    number: 22,
    name: 'generator_return_loop',
    ends: ['cpu'],
    code: 'const g = (function* () { try { yield 1 } finally { for (;;); } })(); g.next(); g.return()',
  },
  {
    number: 18,
    name: 'async_generator_loop',
    ends: ['cpu'],
    code: '(async () => { for await (const x of (async function* () { for (;;) yield await null })()); })()',
  },
  // Native loops over things that only say how long they are.
  {
    number: 26,
    name: 'iterator_drop_endless',
    ends: ['cpu'],
    code: 'Iterator.from({ next: () => ({ done: false, value: 1 }) }).drop(Infinity).toArray()',
  },
  {
    number: 26,
    name: 'raw_sparse',
    ends: ['cpu', 'memory', 'crash'],
    code: 'String.raw({ raw: { length: 2 ** 53 - 1 } })',
  },
  {
    number: 26,
    name: 'set_like_endless',
    ends: ['cpu', 'memory', 'crash'],
    code: 'new Set([1]).union({ size: Infinity, has() {}, keys: () => ({ next: () => ({ done: false, value: Math.random() }) }) }).size',
  },
  // One call that needs more than there is, or grows a little each time.
  {
    number: 51,
    name: 'replace_expansion',
    ends: ['memory', 'crash', 'cpu', 'error'],
    code: `'a'.replace('a', '$&'.repeat(2e7)).length`,
  },
  { number: 51, name: 'number_of_digits', ends: ['memory', 'crash', 'cpu', 'error'], code: `Number('9'.repeat(1e8))` },
  {
    number: 54,
    name: 'exec_that_lies',
    ends: ['memory', 'crash', 'cpu', 'error'],
    code: `const r = /a/y; r.exec = () => ({ index: 0, length: 2 ** 32, 0: 'a' }); 'aaa'.replace(r, 'b')`,
  },
  {
    number: 54,
    name: 'own_keys_of_a_proxy',
    ends: ['memory', 'crash', 'cpu', 'error'],
    code: `Reflect.ownKeys(new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => 'k' + i) })).length`,
  },
  {
    number: 41,
    name: 'promise_chain',
    ends: ['memory', 'crash', 'cpu'],
    code: 'let p = Promise.resolve(); for (let i = 0; i < 1e6; i++) p = p.then(() => 1); p',
  },
  {
    number: 56,
    name: 'async_depth',
    ends: ['error', 'cpu', 'memory'],
    code: 'const deep = async (n) => n ? await deep(n - 1) : 0; deep(1e6)',
  },
  // Calls out of calls, and floods that are cut.
  {
    number: 63,
    name: 'calls_while_written',
    ends: ['quota'],
    code: `const s = { toJSON() { ctx.call('echo.say', s); return 1 } }; ctx.call('echo.say', s)`,
  },
  {
    number: 64,
    name: 'log_flood_large',
    ends: ['cpu', 'ok'],
    code: `for (let i = 0; i < 1e6; i++) ctx.log('x'.repeat(3000), { y: 'z'.repeat(3000) })`,
  },
  {
    number: 5,
    name: 'prototype_of_functions',
    ends: ['cpu', 'ok', 'error'],
    code: `Object.setPrototypeOf(Function.prototype, new Proxy({}, { get() { for (;;); } })); ref('k').then(() => 1)`,
  },
]
