// `node test/one-process.mjs <file...>`: test files one after another in this process, each a test of its own. To a file, `tap` is
// that test: what it tears down, it tears down before the next file begins.
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'

const scheme = 'tap-of:'
const testOf = new Map()
globalThis[Symbol.for(scheme)] = testOf

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = specifier === 'tap' && testOf.has(context.parentURL)
    return isOurs ? { url: `${scheme}${context.parentURL}`, shortCircuit: true } : nextResolve(specifier, context)
  },
  load(url, context, nextLoad) {
    if (!url.startsWith(scheme)) return nextLoad(url, context)
    const own = `globalThis[Symbol.for('${scheme}')].get(${JSON.stringify(url.slice(scheme.length))})`
    const source = `const t = ${own}\nexport default t\nexport const test = t.test.bind(t)\n`
    return { format: 'module', source, shortCircuit: true }
  },
})

t.setTimeout(0)
for (const file of process.argv.slice(2)) {
  const url = pathToFileURL(resolve(file)).href
  t.test(file, (own) => {
    testOf.set(url, own)
    return import(url)
  })
}
