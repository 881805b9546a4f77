/** E and F. Values too large to leave, and floods of calls. The value of the last expression is what the run returns. */
import type { Attack } from './attack.ts'

export const boundary: readonly Attack[] = [
  {
    number: 57,
    name: 'ret_huge_string',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: `'x'.repeat(2**29-100)`,
  },
  {
    number: 57,
    name: 'ret_huge_array',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: `Array(4e6).fill('abcdefgh'+Math.random())`,
  },
  {
    number: 57,
    name: 'ret_many_refs',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: `const s='x'.repeat(2**24); Array.from({length:40},(_,i)=>s+i)`,
  },
  {
    number: 57,
    name: 'throw_huge',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: `throw new Error('x'.repeat(2**29-100))`,
  },
  { number: 63, name: 'cb_flood_ignored', ends: ['quota'], code: `for(;;) post('x'.repeat(1000))` },
  { number: 63, name: 'cb_flood_async', ends: ['quota'], code: `for(;;) later('x'.repeat(1000))` },
  { number: 63, name: 'ref_flood_apply', ends: ['quota'], code: `for(;;) ref('x'.repeat(1000))` },
  { number: 63, name: 'ref_flood_ignored', ends: ['quota'], code: `for(;;) refPost('x'.repeat(1000))` },
]
