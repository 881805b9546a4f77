import type { ScryptCost } from '../auth/embedded/password-hash.ts'

/** Passwords of tests are hashed as anywhere, in less than a hundredth of the time. */
export const quickHashes: ScryptCost = { logN: 10, r: 8, p: 1 }
