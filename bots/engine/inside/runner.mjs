// The program of a runner process.
import { serve } from './serve.mjs'

await serve()
