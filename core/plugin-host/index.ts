/**
 * The plugin host: what is installed (`PluginHost`), what is on where (`EnablementCache`), and the one context every
 * handler gets. Routes are registered once; the gate asks per request.
 */
export { type ContextParts, createContext, type Entry } from './context.ts'
export {
  type Enablement,
  EnablementCache,
  offDependencies,
  onDependants,
  type PluginState,
  refuseBrokenDependencies,
  validConfig,
} from './enablement.ts'
export { PluginHost } from './host.ts'
export type { AnyAction, AnyContext, AnyJob, CollectedRoute, InstalledPlugin, Subscription } from './installed.ts'
export { type PluginSwitch, setPluginState, switchPlugin } from './switching.ts'
