/** D. Stack and parser. The value of the last expression is what the run returns. */
import type { Attack } from './attack.ts'

export const parser: readonly Attack[] = [
  { number: 56, name: 'recursion', ends: ['error'], code: '(function f(){ f() })()' },
  { number: 56, name: 'recursion_getter', ends: ['error'], code: 'const o={ get x(){ return this.x } }; o.x' },
  {
    number: 56,
    name: 'recursion_toString',
    ends: ['error', 'quota'],
    code: 'let o={}; for(let i=0;i<1e5;i++) o={o}; JSON.stringify(o)',
  },
  {
    number: 56,
    name: 'json_deep',
    // Node 24 keeps what it has read of them on the heap, and may meet the limit there.
    ends: ['error', 'ok', 'memory'],
    code: `JSON.parse('['.repeat(1e6)+']'.repeat(1e6)); 1`,
  },
  { number: 56, name: 'parser_deep', ends: ['error'], code: `eval('('.repeat(5e5)+')'.repeat(5e5))` },
  { number: 56, name: 'regex_deep', ends: ['error'], code: `RegExp('('.repeat(1e6)+')'.repeat(1e6))` },
  {
    number: 56,
    name: 'func_big',
    ends: ['error'],
    code: `Function('return '+'['.repeat(1e5)+']'.repeat(1e5))().length`,
  },
  { number: 56, name: 'eval_big', ends: ['error', 'ok'], code: `eval('1'+'+1'.repeat(2e6))` },
  { number: 56, name: 'spread_args', ends: ['error'], code: 'Math.max(...Array(1e7).fill(1))' },
  { number: 56, name: 'return_deep', ends: ['error', 'quota'], code: 'let o={}; for(let i=0;i<2e5;i++) o={o}; o' },
  { number: 56, name: 'arg_deep_cb', ends: ['error'], code: 'let o={}; for(let i=0;i<2e5;i++) o={o}; sync(o)' },
]
