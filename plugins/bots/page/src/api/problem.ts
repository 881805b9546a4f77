/** What the API says went wrong: RFC 9457, with places that are wrong and what to do. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly remedy?: string
  readonly requestId?: string
  /** With `consent-required`: what has to be agreed to. */
  readonly asks?: {
    readonly actions: readonly string[]
    readonly hosts: readonly string[]
    readonly sentences: readonly string[]
  }
  /** With `forbidden`: actions of a bot that somebody may not do himself. */
  readonly beyond?: readonly { readonly action: string; readonly requires: string }[]
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}

export class ApiProblem extends Error {
  readonly body: ProblemBody
  constructor(body: ProblemBody) {
    super(body.title)
    this.body = body
  }
}

/** Anything that was thrown, as something to show. */
export const problemOf = (thrown: unknown, unreachable: { title: string; remedy: string }): ProblemBody =>
  thrown instanceof ApiProblem ? thrown.body : { type: '', status: 0, ...unreachable }
