import t from 'tap'
import { bot } from './attacks/attack.ts'
import { Ground } from './ground.ts'

/** Section A of the list: what can be reached inside, and what cannot. */
t.setTimeout(120_000)

const ground = new Ground({
  limits: { heapMb: 32, cpuMs: 1000, wallMs: 3000, calls: 50, inFlight: 16, resultBytes: 65_536, logLines: 20 },
})
t.teardown(() => ground[Symbol.asyncDispose]())
const result = async (body: string): Promise<unknown> => {
  const outcome = await ground.run(body)
  return outcome.end === 'ok' ? outcome.result : outcome
}

/** On every version of Node that runs it; a new one shows up here, and is then let in or taken away in world.mjs. */
const known = `AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean DataView Date
  DisposableStack Error EvalError Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl
  Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String SuppressedError
  Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet console decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape`

t.test(
  '1: the globals are the ones we know',
  ground.check(async (t) => {
    const names = (await result('return Reflect.ownKeys(globalThis).map(String)')) as string[]
    t.same(
      names.filter((name) => !known.split(/\s+/).includes(name)),
      [],
    )
    t.same(await result('return Reflect.ownKeys(ctx).sort()'), [
      'call',
      'config',
      'fetch',
      'log',
      'run',
      'secrets',
      'state',
      'tenant',
    ])
  }),
)

t.test(
  '2: no constructor leads out of the isolate',
  ground.check(async (t) => {
    const found = await result(`
    const failed = await ctx.call('no.such', {}).catch((e) => e)
    const promise = ctx.state.get('k'); await promise
    const roots = [ctx.call, ctx.state.get, ctx, await ctx.call('echo.say', { a: [] }), failed, promise, async () => 1, function* () {},
      async function* () {}, ctx.config, ctx.config.list, event, globalThis, console.log, new Error('x')]
    return roots.map((root) => {
      const make = root.constructor?.constructor ?? globalThis.Object.getPrototypeOf(async () => 1).constructor
      return make('return typeof process + typeof require + typeof module + typeof Buffer + typeof setTimeout')()
    }).filter((found) => typeof found === 'string' && found !== 'undefined'.repeat(5))`)
    t.same(found, [])
  }),
)

t.test(
  '3: nothing of the library can be reached',
  ground.check(async (t) => {
    const found = await result(`
    const failed = await ctx.call('no.such', {}).catch((e) => e)
    const seen = new Set, strange = [], left = [globalThis, ctx, event, failed, await ctx.call('echo.say', { a: [] }), (() => 1).constructor]
    while (left.length) {
      const one = left.pop()
      if (one === null || (typeof one !== 'object' && typeof one !== 'function') || seen.has(one)) continue
      seen.add(one)
      for (const key of Reflect.ownKeys(one)) {
        if (/ivm|isolate|reference|transfer(In|Out)|deref|applySync|callback/i.test(String(key)) && key !== 'ReferenceError') strange.push(String(key))
        const d = Reflect.getOwnPropertyDescriptor(one, key)
        left.push(d.value, d.get, d.set)
      }
      left.push(Object.getPrototypeOf(one))
    }
    return { strange, many: seen.size > 500, boot: typeof $guildhall }`)
    t.same(found, { strange: [], many: true, boot: 'undefined' })
  }),
)

t.test(
  '4: nothing can be imported',
  ground.check(async (t) => {
    t.match(await result(`return import('fs').catch((e) => 'rejected')`), 'rejected')
    t.equal(await result('return typeof require'), 'undefined')
    for (const source of [
      `import 'fs'`,
      `import fs from 'node:fs'`,
      `import x from './bot.js'`,
      `import 'first'`,
      `import 'guildhall'`,
    ]) {
      const outcome = await ground.sandbox.run(ground.job(`${source}\n${bot('return 1')}`))
      t.match(
        outcome,
        { end: 'error', error: { name: 'SyntaxError', message: /imports nothing but "@guildhall\/sdk"/ } },
        source,
      )
      t.notMatch(JSON.stringify(outcome), /\/(work|home|tmp|root)|runner|execution/)
    }
  }),
)

t.test(
  '5: what a bot overwrites does not change what is sent',
  ground.check(async (t) => {
    const overwrites = [
      `JSON.stringify = () => '{"action":"members.delete"}'; JSON.parse = () => ({ end: 'ok' })`,
      'Promise.prototype.then = function () { return this }; Promise = class {}',
      `Map.prototype.get = Array.prototype[Symbol.iterator] = Function.prototype.call = Function.prototype.apply = () => { throw 1 }`,
      `Object.prototype.toJSON = () => 'evil'`,
      `Object.prototype.reference = true; Object.prototype.then = undefined; Object.prototype.action = 'members.delete'`,
      `Object.defineProperty(Object.prototype, 'method', { get: () => 'evil', set() { throw 1 }, configurable: true })`,
      `Object.defineProperty(Object.prototype, '0', { set() { throw new Error('seen') }, get: () => 'evil', configurable: true })`,
      `String.prototype.slice = String.prototype.indexOf = () => 'evil'; Reflect.apply = Reflect.ownKeys = () => { throw 1 }; String = () => '9'`,
      `Object.freeze = Object.create = () => { throw 1 }; Error = class { }; Array.prototype.push = () => { throw 1 }`,
    ]
    for (const overwrite of overwrites)
      for (const [source, when] of [
        [bot(`${overwrite};\nawait ctx.call('echo.say', { n: 1 }); await ctx.state.get('k'); return 1`), 'before'],
        [bot(`await ctx.call('echo.say', { n: 1 }); ${overwrite};\nawait ctx.state.get('k'); return 1`), 'after'],
        [
          `${overwrite};\n${bot(`await ctx.call('echo.say', { n: 1 }); await ctx.state.get('k'); return 1`)}`,
          'in the module',
        ],
      ] as const) {
        ground.noted.calls.length = 0
        const outcome = await ground.sandbox.run(ground.job(source))
        t.ok(
          ['ok', 'error', 'timeout'].includes(outcome.end),
          `${when}: ${overwrite.slice(0, 40)} ended with ${outcome.end}`,
        )
        const allowed = [
          { sequence: 0, method: 'action', action: 'echo.say' },
          { sequence: 1, method: 'state.get', action: undefined },
        ]
        const sent = ground.noted.calls.map(({ sequence, method, input }) => ({
          sequence,
          method,
          action: Object.hasOwn(input as object, 'action') ? (input as { action: string }).action : undefined,
        }))
        t.same(sent, allowed.slice(0, sent.length), `${when}: ${overwrite.slice(0, 40)} sent nothing else`)
      }
  }),
)

t.test(
  '6: frames of the platform cannot be looked into',
  ground.check(async (t) => {
    const found = await result(`
    const seen = []
    Error.prepareStackTrace = (_, sites) => { for (const s of sites) seen.push(typeof s.getThis(), typeof s.getFunction()); return '' }
    const spy = { get x() { seen.push(new Error('x').stack); return 1 }, toJSON() { seen.push(new Error('y').stack); return 1 } }
    await ctx.call('echo.say', spy); await ctx.state.set('k', { get a() { seen.push(new Error().stack); return 1 } })
    let caller = 'none'; function g() { try { caller = String(g.caller) } catch { caller = 'refused' } return 1 }
    await ctx.call('echo.say', { get x() { return g() } })
    const loose = Function('f', 'function g() { return g.caller } return { get x() { globalThis.seenCaller = g(); return 1 } }')()
    await ctx.call('echo.say', loose)
    return { seen: [...new Set(seen)].filter((s) => s !== '' && s !== 'undefined'), caller, loose: typeof globalThis.seenCaller === 'function' ? String(globalThis.seenCaller).slice(0, 40) : null }`)
    t.match(found, { seen: [], caller: 'refused' })
    t.notMatch(JSON.stringify(found), /pending|deliver|inFlight/)
  }),
)

t.test(
  '7: the definition and the api cannot be had twice or changed',
  ground.check(async (t) => {
    t.match(await result('ctx.call = 1; return 1'), { end: 'error', error: { name: 'TypeError' } })
    t.match(await result('ctx.state.get = 1; return 1'), { end: 'error' })
    t.match(await result('ctx.config.list[1].deep = 2; return 1'), { end: 'error' })
    t.match(await result('Object.setPrototypeOf(ctx, {}); return 1'), { end: 'error' })
    t.match(await result('$guildhall(); return 1'), { end: 'error', error: { name: 'ReferenceError' } })
    const twice = `import { defineBot } from '@guildhall/sdk'; defineBot({ id: 'a', run: () => 1 }); export default defineBot({ id: 'b', run: () => 2 })`
    t.match(await ground.sandbox.run(ground.job(twice)), { end: 'ok', result: 2 })
    const replaced = `import { defineBot } from '@guildhall/sdk'; defineBot = () => 1; export default 1`
    t.match(await ground.sandbox.run(ground.job(replaced)), { end: 'error' })
  }),
)

t.test(
  '8: what goes wrong in the platform stays there',
  ground.check(async (t) => {
    const call = async () => {
      throw Object.assign(new Error('SELECT secret FROM /srv/app/core.ts'), { detail: 'password' })
    }
    const body = `try { await ctx.call('echo.say', {}) } catch (e) { return { own: Reflect.ownKeys(e).map(String).sort(), text: e.message + e.stack, code: e.code, is: e instanceof Error } }`
    const outcome = await ground.run(body, { call })
    t.match(outcome, {
      end: 'ok',
      result: { own: ['code', 'message', 'name', 'stack'], code: 'UNAVAILABLE', is: true },
    })
    t.notMatch(JSON.stringify(outcome), /SELECT|secret|\/srv|password|node:|\.mjs/)
  }),
)

t.test(
  '9: guessed methods are answered by whoever decides',
  ground.check(async (t) => {
    for (const name of ['members.delete', '__proto__', 'constructor', '', 'x'.repeat(10_240)])
      t.match(
        await result(`return ctx.call(${JSON.stringify(name)}, {}).catch((e) => e.code)`),
        'FORBIDDEN',
        name.slice(0, 20),
      )
    t.match(await result('return ctx.call({ toString: () => "echo.say" }, {}).catch((e) => e.code)'), 'FORBIDDEN')
  }),
)

t.test(
  '11: a call after the end is refused, and an answer after the end reaches nobody',
  ground.check(async (t) => {
    let answered = () => {}
    const late = new Promise<void>((done) => (answered = done))
    let calls = 0
    const call = async () => {
      calls++
      await late
      return { ok: true, value: 1 } as const
    }
    const outcome = await ground.run(`ctx.state.get('a').then(() => ctx.state.set('b', 1)); return 'over'`, { call })
    t.match(outcome, { end: 'ok', result: 'over' })
    answered()
    await ground.healthy(t)
    t.equal(calls, 1)
  }),
)

t.test(
  '12: nothing of one run is there in the next',
  ground.check(async (t) => {
    await result(`globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; /(a)/.test('a');
    (function f() { Promise.resolve().then(f) }); return 1`)
    t.same(await result('return [typeof left, RegExp.$1, typeof [].map, typeof {}.left]'), [
      'undefined',
      '',
      'function',
      'undefined',
    ])
  }),
)

t.test(
  '53: a buffer that grows cannot be had by any way',
  ground.check(async (t) => {
    const ways = [
      'new ArrayBuffer(1, { maxByteLength: 100 })',
      'new (new ArrayBuffer(1).constructor)(1, { maxByteLength: 100 })',
      'new (ArrayBuffer.prototype.constructor)(1, { maxByteLength: 100 })',
      'new (new ArrayBuffer(2).slice(1).constructor)(1, { maxByteLength: 100 })',
      'new (new Uint8Array(2).buffer.constructor)(1, { maxByteLength: 100 })',
      'new (ArrayBuffer[Symbol.species])(1, { maxByteLength: 100 })',
      'new (class extends ArrayBuffer {})(1, { maxByteLength: 100 })',
      'Reflect.construct(ArrayBuffer, [1, { maxByteLength: 100 }])',
      'Reflect.construct(ArrayBuffer, [1, { maxByteLength: 100 }], Object)',
      'new ArrayBuffer(8).resize(4)',
      'Object.getPrototypeOf(ArrayBuffer).constructor === Function ? new ArrayBuffer(1).transfer(2).resize(1) : 0',
    ]
    for (const way of ways)
      t.equal(await result(`try { ${way} } catch (e) { return 'refused' } return 'open'`), 'refused', way)
    t.same(
      await result(
        'const b = new ArrayBuffer(8); new Uint8Array(b)[1] = 7; return [b.byteLength, b.slice(1).byteLength, b instanceof ArrayBuffer, ArrayBuffer.isView(new Uint8Array(1))]',
      ),
      [8, 7, true, true],
    )
  }),
)

t.test(
  'the clock stands still between calls, chance follows its seed, and both repeat',
  ground.check(async (t) => {
    const body = `const before = [Date.now(), +new Date(), Date(), new Intl.DateTimeFormat('en', { year: 'numeric' }).format()]
    for (let i = 0; i < 1e5; i++); before.push(Date.now()); await ctx.state.get('k')
    return { before, after: Date.now(), random: [Math.random(), Math.random()], other: new Date(5).getTime(), is: new Date() instanceof Date, sub: new (class extends Date {})(7).getTime() }`
    const call = async () => ({ ok: true, value: 1, at: 1_700_000_060_000 }) as const
    const one = await ground.run(body, { call })
    const two = await ground.run(body, { call })
    const other = await ground.run(body, { call, seed: 'other' })
    t.match(one.result, {
      before: [1_700_000_000_000, 1_700_000_000_000, /2023/, '2023', 1_700_000_000_000],
      after: 1_700_000_060_000,
      other: 5,
      is: true,
      sub: 7,
    })
    t.same(one.result, two.result)
    t.not(JSON.stringify(one.result), JSON.stringify(other.result))
  }),
)
