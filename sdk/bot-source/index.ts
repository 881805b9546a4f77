/** From what an author wrote to the module that is published. */
export { publishable, type SourceProblem, sourceBytes } from './publishable.ts'
