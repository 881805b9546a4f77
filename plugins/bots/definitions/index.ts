/** Definitions: what is in the catalogue, and how a version gets there. */
import type { BotsRouter } from '../context.ts'

export function definitionRoutes(_r: BotsRouter): void {}
