/** `@guildhall/sdk/bot-source`: from what an author wrote to the module that is published. Apart, because it needs Node. */
export { lineOfProblem, type Publishable, publishable, type SourceProblem, sourceBytes } from './publishable.ts'
export { hasTypes, type ReadSource, readSource } from './read-source.ts'
