/** Installations: a bot in an organisation, with its form, its consent and its switch. */
import type { BotsRouter } from '../context.ts'

export function installationRoutes(_r: BotsRouter): void {}
