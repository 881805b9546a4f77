/** Services like to say back what they were sent: what comes in holds no secret. */
import type { Redactor } from '../redactor.ts'
import type { Outside } from './request.ts'

export const redactedOutside = (outside: Outside, redactor: Redactor): Outside => ({
  async send(request, signal) {
    const { status, headers, body } = await outside.send(request, signal)
    return { status, headers: redactor.json(headers) as Record<string, string>, body: redactor.text(body) }
  },
})
