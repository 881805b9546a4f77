/**
 * The module that renders inside the sandbox: liquidjs in the build made for browsers, and around it what takes a list
 * of mails and gives their texts. Made once a process.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

let source: Promise<string> | null = null

export function liquidModule(): Promise<string> {
  source ??= build()
  return source
}

async function build(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('liquidjs')
  const library = await readFile(join(dirname(entry), 'liquid.browser.min.js'), 'utf8')
  return [
    `import { defineBot } from '@guildhall/sdk'`,
    'const liquidjs = {}',
    // The library is written for a browser or CommonJS: it gets the second.
    `;(function (exports, module) {\n${library.replace(/^\/\/# sourceMappingURL.*$/m, '')}\n}).call({}, liquidjs, { exports: liquidjs });`,
    renderer,
  ].join('\n')
}

/** Longest template and longest text made of one, in characters. */
export const mostTemplate = 60_000
export const mostRendered = 200_000

// Runs inside: plain JavaScript, no imports. The inner wall is liquid's own limits, the outer one the isolate's.
const renderer = `
const options = {
  ownPropertyOnly: true, strictFilters: true, strictVariables: false, dynamicPartials: false, cache: false,
  parseLimit: ${mostTemplate + 10_000}, renderLimit: 2000, memoryLimit: 2000000, templates: {},
}
const engineFor = (escape) => {
  const engine = new liquidjs.Liquid(escape ? { ...options, outputEscape: 'escape' } : options)
  // It would switch escaping off again.
  delete engine.filters.raw
  return engine
}
const engines = { html: engineFor(true), text: engineFor(false), subject: engineFor(false) }
const problemOf = (error) => ({
  message: String(error && error.message || error).split('\\n')[0].slice(0, 300).replace(/, line:\\d+.*$/, ''),
  line: error && error.token && typeof error.token.getPosition === 'function' ? error.token.getPosition()[0] : null,
})
const parsed = new Map()
const parse = (part, template) => {
  const key = part + '\\n' + template
  if (!parsed.has(key)) parsed.set(key, engines[part].parse(template))
  return parsed.get(key)
}
function render({ templates, mails }) {
  return mails.map(({ template, data }) => {
    const made = {}
    for (const part of ['subject', 'html', 'text']) {
      try {
        made[part] = engines[part].renderSync(parse(part, templates[template][part]), data)
        if (made[part].length > ${mostRendered}) return { problem: { part, line: null, message: 'becomes too long' } }
      } catch (error) {
        return { problem: { part, ...problemOf(error) } }
      }
    }
    return made
  })
}
function check({ parts }) {
  const found = []
  for (const part of Object.keys(parts)) {
    try {
      const globals = engines[part].analyzeSync(engines[part].parse(parts[part]), { partials: false }).globals
      for (const name of Object.keys(globals))
        for (const use of globals[name])
          found.push({ part, variable: name, second: typeof use.segments[1] === 'string' ? use.segments[1] : null, line: use.location.row })
    } catch (error) {
      found.push({ part, problem: problemOf(error) })
    }
  }
  return found
}
export default defineBot({
  id: 'mail-templates', version: '1.0.0', title: 'Mail templates', description: 'Renders the templates of mails',
  config: { schema: { type: 'object', properties: {}, additionalProperties: false } },
  triggers: { manual: {} }, permissions: { actions: [] },
  run(ctx, event) { return { answer: event.render ? render(event.render) : check(event.check) } },
})
`
