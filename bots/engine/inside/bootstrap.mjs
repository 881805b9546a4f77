/**
 * The platform's side inside an isolate: `ctx`, and the wire. Its text goes in, so it leans on nothing outside itself.
 * Whatever the bot overwrites later, only what is captured here is used: no method of a value, no iterator, no spread.
 * @param {(...texts: string[]) => void} send the one way out: fire and forget, strings only
 * @param {(at: number) => void} setClock
 * @param {{ calls: number, inFlight: number, resultBytes: number, logLines: number, lineChars: number,
 *   inputChars: number, outputChars: number, manifestChars: number, errorChars: number }} limits
 * @param {[config: string, event: string, context: string] | null} given texts of JSON, kept until the module is there:
 *   evaluating it and running the bot are one turn of its thread; null: its definition is read, and nothing run
 * @returns the one way in: `deliver(kind, ...)`
 */
export function bootstrap(send, setClock, limits, given) {
  const { parse, stringify } = JSON
  const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect
  const { create, freeze } = Object
  const OwnPromise = Promise
  const Failure = Error
  const text = String
  const method = (name) => getOwnPropertyDescriptor(String.prototype, name).value
  const sliceOf = method('slice')
  const indexOfOf = method('indexOf')
  const slice = (value, from, to) => apply(sliceOf, value, [from, to])
  const indexOf = (value, what) => apply(indexOfOf, value, [what])

  const pending = create(null)
  let bot
  let arrived = false
  let late = false
  let ended = false
  let calls = 0
  let sent = 0
  let inFlight = 0
  let output = 0
  let lines = 0

  function end(kind, json = '') {
    if (ended) return
    ended = true
    send('end', kind, json)
  }
  function endWith(kind, name, code, message) {
    end(kind, `{"name":"${name}","code":"${code}","message":${stringify(message)}}`)
  }

  // Errors: anything may be thrown, with getters that lie or spin. It is read here, under the clock of the slice.
  function read(object, key) {
    try {
      const value = object[key]
      if (typeof value === 'string') return slice(value, 0, limits.errorChars)
      return typeof value === 'number' || typeof value === 'boolean' ? text(value) : ''
    } catch {
      return ''
    }
  }
  function lineOf(thrown) {
    let stack = read(thrown, 'stack')
    const at = indexOf(stack, 'bot.js:')
    if (at < 0) return ''
    stack = slice(stack, at + 7, at + 14)
    let line = 0
    for (let i = 0; i < stack.length && stack[i] >= '0' && stack[i] <= '9'; i++) line = line * 10 + +stack[i]
    return line > 0 ? `,"line":${line}` : ''
  }
  function asJson(value) {
    try {
      const json = stringify(value)
      return json === undefined ? text(value) : json
    } catch {
      return '(cannot be written as JSON)'
    }
  }
  function describe(thrown) {
    if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function'))
      return `{"name":"Error","message":${stringify(slice(text(thrown), 0, limits.errorChars))}}`
    const name = slice(read(thrown, 'name'), 0, 80) || 'Error'
    const message =
      read(thrown, 'message') || (thrown instanceof Failure ? '' : slice(asJson(thrown), 0, limits.errorChars))
    const code = slice(read(thrown, 'code'), 0, 80)
    return `{"name":${stringify(name)},"message":${stringify(message)}${code && `,"code":${stringify(code)}`}${lineOf(thrown)}}`
  }
  function fail(thrown) {
    let described = '{"name":"Error","message":"What was thrown cannot be read"}'
    try {
      described = describe(thrown)
    } catch {}
    end('error', described)
  }
  /** `error`: made where the call was made: its stack names the line of the bot. */
  function callError(code, message, error = new Failure(message)) {
    defineProperty(error, 'message', { value: message, writable: true, configurable: true })
    defineProperty(error, 'name', { value: 'BotCallError', configurable: true })
    defineProperty(error, 'code', { value: code, enumerable: true, configurable: true })
    return error
  }

  // Calls
  function pump() {
    while (inFlight < limits.inFlight && sent < calls && !ended) {
      const call = pending[sent]
      inFlight++
      send('call', text(sent++), call.method, call.json)
      call.json = ''
    }
  }
  /** `size`: characters of what counts, the value of `state.set` without its envelope. */
  function call(method, json, size) {
    return new OwnPromise((resolve, reject) => {
      if (ended) return reject(callError('ENDED', 'The run has ended'))
      if (size > limits.inputChars)
        return reject(
          callError('LIMIT', `A call takes at most ${limits.inputChars} characters of JSON, this one has ${size}`),
        )
      output += json.length
      if (calls >= limits.calls || output > limits.outputChars) {
        const what = calls >= limits.calls ? `${limits.calls} calls` : `${limits.outputChars} characters in calls`
        endWith('quota', 'QuotaError', 'LIMIT', `A run makes at most ${what}`)
        return reject(callError('LIMIT', `A run makes at most ${what}`))
      }
      pending[calls++] = { method, json, resolve, reject, made: new Failure() }
      pump()
    })
  }
  function json(value) {
    const written = stringify(value)
    return written === undefined ? 'null' : written
  }
  function ask(method, fields, value) {
    let written
    try {
      written = fields()
    } catch (error) {
      return new OwnPromise((_, reject) => reject(error))
    }
    return call(method, written, value === undefined ? written.length : value())
  }
  function answer(sequence, ok, written, at) {
    const waiting = pending[sequence]
    if (waiting === undefined || ended) return
    delete pending[sequence]
    inFlight--
    if (typeof at === 'number') setClock(at)
    const value = written === '' ? undefined : parse(written)
    if (ok) waiting.resolve(value)
    else waiting.reject(callError(value.code, value.message, waiting.made))
    pump()
  }

  // Log
  function log(message, data) {
    if (ended || lines > limits.logLines) return
    if (lines++ === limits.logLines)
      return send('log', `… more than ${limits.logLines} lines; the rest is left out`, '')
    const cap = limits.lineChars
    let line = typeof message === 'string' ? message : asJson(message)
    if (line.length > cap) line = `${slice(line, 0, cap)}… [truncated]`
    let more = data === undefined ? '' : asJson(data)
    const room = line.length < cap ? cap - line.length : 0
    if (more.length > room) more = stringify(`${slice(more, 0, room)}… [truncated]`)
    else if (more === '(cannot be written as JSON)') more = stringify(more)
    send('log', line, more)
  }
  function logAll(...values) {
    let line = ''
    for (let i = 0; i < values.length; i++)
      line += (i > 0 ? ' ' : '') + (typeof values[i] === 'string' ? values[i] : asJson(values[i]))
    log(line)
  }

  function api(members) {
    const object = create(null)
    const keys = ownKeys(members)
    for (let i = 0; i < keys.length; i++)
      object[keys[i]] = typeof members[keys[i]] === 'function' ? freeze(members[keys[i]]) : members[keys[i]]
    return freeze(object)
  }
  function deepFrozen(value) {
    if (value === null || typeof value !== 'object') return value
    const keys = ownKeys(value)
    for (let i = 0; i < keys.length; i++) deepFrozen(value[keys[i]])
    return freeze(value)
  }
  const requestFields = ['method', 'headers', 'body']
  const state = api({
    get: (key) => ask('state.get', () => `{"key":${json(key)}}`),
    set: (key, value, options) => {
      let size = 0
      const fields = () => {
        const written = json(value)
        size = written.length
        const ttl = options === undefined || options === null ? undefined : options.ttlSeconds
        return `{"key":${json(key)},"value":${written}${ttl === undefined ? '' : `,"ttlSeconds":${json(ttl)}`}}`
      }
      return ask('state.set', fields, () => size)
    },
    delete: (key) => ask('state.delete', () => `{"key":${json(key)}}`),
    keys: (prefix) => ask('state.keys', () => `{"prefix":${prefix === undefined ? '""' : json(prefix)}}`),
  })
  const called = (action, input) => ask('action', () => `{"action":${json(action)},"input":${json(input)}}`)
  const fetched = (url, init) => {
    const fields = () => {
      let written = `{"url":${json(url)}`
      for (let i = 0; i < requestFields.length && init !== undefined && init !== null; i++) {
        const value = init[requestFields[i]]
        if (value !== undefined) written += `,"${requestFields[i]}":${json(value)}`
      }
      return `${written}}`
    }
    // A body may be long; what leaves a run in all is counted.
    return ask('fetch', fields, () => 0)
  }
  const print = create(null)
  print.log = print.info = print.warn = print.error = print.debug = freeze(logAll)
  defineProperty(globalThis, 'console', { value: freeze(print), writable: true, configurable: true })

  function definition() {
    if (!arrived) {
      endWith('error', 'SyntaxError', 'TOP_LEVEL_AWAIT', 'A bot has no `await` outside its functions')
      return undefined
    }
    const found = bot.default
    const spec = found !== null && typeof found === 'object' && found.kind === 'bot' ? found.spec : undefined
    if (spec !== null && typeof spec === 'object' && typeof spec.run === 'function') return spec
    endWith(
      'error',
      'TypeError',
      'NO_BOT',
      'The module needs `export default defineBot({ ... })` with a function `run`',
    )
    return undefined
  }
  async function run(config, event, context) {
    try {
      const spec = definition()
      if (spec === undefined) return
      const { tenant, run, secrets } = deepFrozen(parse(context))
      const ctx = api({
        config: deepFrozen(parse(config)),
        tenant,
        run,
        secrets,
        call: called,
        fetch: fetched,
        state,
        log,
      })
      const result = await spec.run(ctx, deepFrozen(parse(event)))
      const written = stringify(result)
      if (written === undefined) end('ok')
      else if (written.length <= limits.resultBytes) end('ok', written)
      else
        endWith('quota', 'QuotaError', 'LIMIT', `A result has at most ${limits.resultBytes} bytes, this one has more`)
    } catch (thrown) {
      fail(thrown)
    }
  }
  function inspect() {
    try {
      const spec = definition()
      if (spec === undefined) return
      const written = stringify(spec)
      if (written.length <= limits.manifestChars) end('ok', written)
      else
        endWith(
          'error',
          'RangeError',
          'MANIFEST_TOO_LARGE',
          `A definition has at most ${limits.manifestChars} characters`,
        )
    } catch (thrown) {
      fail(thrown)
    }
  }

  // The first module of the graph takes this away before the bot's is evaluated. A module that awaits lets microtasks run
  // before the last one of the graph is reached: that is how top-level await is told.
  defineProperty(globalThis, '$guildhall', {
    configurable: true,
    value: () => {
      void OwnPromise.resolve().then(() => {
        late = true
      })
      return (module) => {
        if (late) return
        arrived = true
        bot = module
        if (given === null) inspect()
        else void run(given[0], given[1], given[2])
      }
    },
  })
  return (kind, a, b, c, d) => {
    if (kind === 'answer') answer(a, b, c, d)
    else if (kind === 'missing' && !arrived) definition()
  }
}
