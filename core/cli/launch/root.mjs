import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, wherever the command was called from. */
export const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)))

export const commandLine = join(root, 'core/cli/guildhall.ts')
