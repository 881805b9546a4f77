// `node test/one-process.mjs <file...>`: test files one after another in this process, each a test of its own. To a file, `tap` is
// that test: what it tears down, it tears down before the next file begins. What it imports of this folder is its own, too; only the
// modules of the product are loaded once.
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

// Taken out before tap is there: it names folders of tests after the arguments, and a name has an end.
const files = process.argv.splice(2)
const { default: t } = await import('tap')

const here = `${pathToFileURL(import.meta.dirname).href}/`
const scheme = 'tap-of:'
const tests = []
globalThis[Symbol.for(scheme)] = tests

/** Which file of the arguments a module belongs to; undefined for those of the product. */
const ownerOf = (url) => (url?.startsWith(here) ? new URL(url).searchParams.get('of') : null) ?? undefined

registerHooks({
  resolve(specifier, context, nextResolve) {
    const owner = ownerOf(context.parentURL)
    if (owner === undefined) return nextResolve(specifier, context)
    if (specifier === 'tap') return { url: `${scheme}${owner}`, shortCircuit: true }
    const found = nextResolve(specifier, context)
    return found.url.startsWith(here) ? { ...found, url: `${found.url}?of=${owner}` } : found
  },
  load(url, context, nextLoad) {
    if (!url.startsWith(scheme)) return nextLoad(url, context)
    const source = `const t = globalThis[Symbol.for('${scheme}')][${url.slice(scheme.length)}]\nexport default t\nexport const test = t.test.bind(t)\n`
    return { format: 'module', source, shortCircuit: true }
  },
})

t.setTimeout(0)
for (const [owner, file] of files.entries()) {
  t.test(file, (own) => {
    tests[owner] = own
    return import(`${pathToFileURL(resolve(file)).href}?of=${owner}`)
  })
}
