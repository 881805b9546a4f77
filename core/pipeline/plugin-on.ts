import { Problem, problems } from '@guildhall/sdk'
import type { EnablementCache } from '../plugin-host/index.ts'
import type { Step } from './state.ts'

/** Step 3: a plugin that is off here answers as if it were not there; so does what is public in a suspended organisation. */
export const pluginOn =
  (enablement: EnablementCache): Step =>
  async (_request, state) => {
    const standing = await enablement.of(state.tenantId)
    state.enablement = standing
    if ('public' in state.route && standing.suspended) throw new Problem(problems.notFound)
    if (state.enablement.isOn(state.plugin.id)) return
    if ('public' in state.route) throw new Problem(problems.notFound)
    throw new Problem(problems.pluginNotEnabled, {
      detail: `The plugin "${state.plugin.id}" is off in this organisation. An administrator can switch it on with PUT /api/v1/plugins/${state.plugin.id}.`,
      extensions: { plugin: state.plugin.id },
    })
  }
