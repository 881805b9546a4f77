import { Problem, problems, type RequestFacts } from '@guildhall/sdk'

/** @throws Problem 412 when the caller's If-Match names other versions than the one that stands. */
export function requireVersion(facts: Pick<RequestFacts, 'ifMatch'>, version: number): void {
  if (facts.ifMatch && !facts.ifMatch.includes(version)) throw new Problem(problems.preconditionFailed)
}
