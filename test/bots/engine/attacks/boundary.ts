/** E and F. Values too large to leave, and floods of calls. The value of the last expression is what the run returns. */
import type { Attack } from './attack.ts'

export const boundary: readonly Attack[] = [
  {
    number: 57,
    name: 'ret_huge_string',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: String.raw`'x'.repeat(2**29-100)`,
  },
  {
    number: 57,
    name: 'ret_huge_array',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: String.raw`Array(4e6).fill('abcdefgh'+Math.random())`,
  },
  {
    number: 57,
    name: 'ret_many_refs',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: String.raw`const s='x'.repeat(2**24); Array.from({length:40},(_,i)=>s+i)`,
  },
  {
    number: 57,
    name: 'throw_huge',
    ends: ['quota', 'memory', 'crash', 'error', 'cpu'],
    code: String.raw`throw new Error('x'.repeat(2**29-100))`,
  },
  { number: 63, name: 'cb_flood_ignored', ends: ['quota'], code: String.raw`for(;;) post('x'.repeat(1000))` },
  { number: 63, name: 'cb_flood_async', ends: ['quota'], code: String.raw`for(;;) later('x'.repeat(1000))` },
  { number: 63, name: 'ref_flood_apply', ends: ['quota'], code: String.raw`for(;;) ref('x'.repeat(1000))` },
  { number: 63, name: 'ref_flood_ignored', ends: ['quota'], code: String.raw`for(;;) refPost('x'.repeat(1000))` },
]
