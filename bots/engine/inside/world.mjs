/**
 * What the language offers inside an isolate, made safe and repeatable. Its text goes in, so it leans on nothing outside
 * itself. It runs before any code of the bot, and what it replaces cannot be reached any more.
 * @param {string} seed of `Math.random`
 * @param {number} start what the clock reads, ms since 1970
 */
export function world(seed, start) {
  const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect
  const { imul } = Math
  let now = start

  // Memory outside the heap limit (measured: 20 times the limit), threads, the collector's timing, a second clock.
  const closed = [
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'Temporal',
    'WeakRef',
    'FinalizationRegistry',
    'console',
  ]
  for (let i = 0; i < closed.length; i++) deleteProperty(globalThis, closed[i])

  function put(object, name, value, enumerable = false) {
    defineProperty(object, name, { value, enumerable, writable: true, configurable: true })
  }
  /** Takes the place of a constructor for good: its prototype names the new one from now on. */
  function replace(name, length, standIn) {
    const real = globalThis[name]
    defineProperty(standIn, 'name', { value: name })
    defineProperty(standIn, 'length', { value: length })
    defineProperty(standIn, 'prototype', { value: real.prototype, writable: false })
    put(real.prototype, 'constructor', standIn)
    put(globalThis, name, standIn)
    return real
  }

  const RealBuffer = replace('ArrayBuffer', 1, function (length, options) {
    if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'")
    if (options !== null && typeof options === 'object' && options.maxByteLength !== undefined)
      throw new RangeError('Buffers that grow are not there in a bot')
    return construct(RealBuffer, [length], new.target)
  })
  put(ArrayBuffer, 'isView', RealBuffer.isView)
  defineProperty(ArrayBuffer, Symbol.species, {
    configurable: true,
    get() {
      return this
    },
  })
  deleteProperty(ArrayBuffer.prototype, 'resize')
  deleteProperty(ArrayBuffer.prototype, 'resizable')
  deleteProperty(ArrayBuffer.prototype, 'maxByteLength')

  // The clock stands still between calls: a replay sees what the first run saw.
  const RealDate = replace('Date', 7, function (...parts) {
    if (new.target === undefined) return apply(toText, new RealDate(now), [])
    return construct(RealDate, parts.length === 0 ? [now] : parts, new.target)
  })
  const toText = RealDate.prototype.toString
  put(Date, 'now', () => now)
  put(Date, 'parse', RealDate.parse)
  put(Date, 'UTC', RealDate.UTC)

  // A date left out means the machine's clock there, not ours.
  const formats = Intl.DateTimeFormat.prototype
  const { get: formatter } = getOwnPropertyDescriptor(formats, 'format')
  defineProperty(formats, 'format', {
    configurable: true,
    get() {
      const format = apply(formatter, this, [])
      return (date) => format(date === undefined ? now : date)
    },
  })
  const { value: formatToParts } = getOwnPropertyDescriptor(formats, 'formatToParts')
  put(formats, 'formatToParts', function (date) {
    return apply(formatToParts, this, [date === undefined ? now : date])
  })

  // sfc32, its four words from the seed by FNV-1a with another start each.
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b9, 1]
  for (let w = 0; w < 3; w++)
    for (let i = 0; i < seed.length; i++) words[w] = imul(words[w] ^ seed.charCodeAt(i), 0x01000193) ^ (words[w] >>> 15)
  let [a, b, c, d] = words
  function next() {
    const t = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  // 53 bits, in two draws: what the language's own gives.
  put(Math, 'random', () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000)

  return (at) => {
    now = at
  }
}
