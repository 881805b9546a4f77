// A runner whose isolates keep what the platform takes away: only the kernel and the supervisor stand around them.
import { bootText } from '../../../../bots/engine/inside/execution.mjs'
import { serve } from '../../../../bots/engine/inside/serve.mjs'

await serve(bootText(() => () => undefined))
