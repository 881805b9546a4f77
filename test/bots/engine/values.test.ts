import t from 'tap'
import { Ground } from './ground.ts'

/** Sections E and F: what crosses, and how much of it. */
t.setTimeout(120_000)

const ground = new Ground({
  limits: { heapMb: 32, cpuMs: 1000, wallMs: 3000, calls: 200, inFlight: 16, resultBytes: 65_536, logLines: 20 },
})
t.teardown(() => ground[Symbol.asyncDispose]())
t.beforeEach(() => {
  ground.noted.calls.length = 0
  ground.noted.lines.length = 0
})

t.test(
  '58: a result is what JSON makes of it',
  ground.check(async (t) => {
    const results: readonly (readonly [string, unknown])[] = [
      ['() => 1', undefined],
      ['Symbol("x")', undefined],
      ['undefined', undefined],
      ['new Proxy({ a: 1 }, {})', { a: 1 }],
      ['-0', 0],
      ['[NaN, Infinity, undefined, () => 1]', [null, null, null, null]],
      ['"\\ud800 \\u0000 \\ud83d\\ude00"', '\ufffd \ufffd \u{1f600}'],
      [`JSON.rawJSON('"' + String.fromCharCode(0xd800) + '"')`, '\ufffd'],
      ['new Date(5)', '1970-01-01T00:00:00.005Z'],
      ['2 ** 53 + 1', 9007199254740992],
      ['"\\\\u0000"', '\\u0000'],
      ['new Map([[1, 2]])', {}],
    ]
    for (const [expression, expected] of results) {
      const outcome = await ground.run(`return (${expression})`)
      t.equal(outcome.end, 'ok', expression)
      t.same(outcome.result, expected, expression)
    }
    for (const expression of ['1n', '(() => { const a = {}; a.a = a; return a })()'])
      t.match(await ground.run(`return ${expression}`), { end: 'error', error: { name: 'TypeError' } })
  }),
)

t.test(
  '59: names of prototypes are data',
  ground.check(async (t) => {
    const evil = `JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')`
    t.match(await ground.run(`return ${evil}`), { end: 'ok' })
    await ground.run(
      `await ctx.state.set('__proto__', ${evil}); await ctx.call('__proto__', ${evil}); ctx.log('__proto__', ${evil}); await ctx.fetch('https://x', ${evil})`,
    )
    t.equal(({} as Record<string, unknown>).polluted, undefined)
    t.ok(ground.noted.calls.length >= 2)
  }),
)

t.test(
  '60: whatever is thrown becomes capped text',
  ground.check(async (t) => {
    const thrown: readonly (readonly [string, object])[] = [
      ['null', { name: 'Error', message: 'null' }],
      ['undefined', { name: 'Error', message: 'undefined' }],
      ['"text"', { name: 'Error', message: 'text' }],
      ['Symbol("s")', { message: 'Symbol(s)' }],
      ['({ a: 1 })', { message: '{"a":1}' }],
      ['new RangeError("no")', { name: 'RangeError', message: 'no', line: 3 }],
      [
        'Object.assign(new Error("x"), { name: { toString() { throw 1 } }, stack: { get length() { throw 1 } } })',
        { name: 'Error', message: 'x' },
      ],
      ['Object.defineProperty(new Error(), "message", { get() { throw new Error("in") } })', { message: '' }],
      [
        'Object.assign(new Error("x".repeat(1e6)), { name: "y".repeat(1e6), code: "z".repeat(1e6) })',
        { message: 'x'.repeat(2000), name: 'y'.repeat(80), code: 'z'.repeat(80) },
      ],
      ['new Proxy(new Error("x"), { getPrototypeOf() { throw 1 }, get() { throw 1 } })', { name: 'Error' }],
    ]
    for (const [expression, error] of thrown)
      t.match(await ground.run(`throw ${expression}`), { end: 'error', error }, expression)
    const outcome = await ground.sandbox.run(ground.job(`\n\nthrow new TypeError('at the top')\nexport default 1`))
    t.match(outcome, { end: 'error', error: { name: 'TypeError', message: 'at the top', line: 3 } })
  }),
)

t.test(
  '61: a rejection nobody handles fails the run with its message',
  ground.check(async (t) => {
    t.match(await ground.run(`Promise.reject(new Error('unhandled one')); return 1`), {
      end: 'error',
      error: { message: 'unhandled one' },
    })
    t.match(await ground.run(`Promise.reject(new Error('handled')).catch(() => 1); return 1`), { end: 'ok' })
    t.match(
      await ground.run(
        `void (async () => { await null; throw new Error('later one') })(); await ctx.state.get('k'); return 1`,
      ),
      { end: 'error', error: { message: 'later one' } },
    )
    for (const thrown of ['{ a: 1 }', 'Symbol("x")', '() => 1'])
      t.match(
        await ground.run(`Promise.reject(${thrown}); return 1`),
        { end: 'error', error: { message: 'What was thrown is no Error, and nobody caught it' } },
        thrown,
      )
  }),
)

t.test(
  '61: how a run ended is told by what happened, not by the words of what it throws',
  ground.check(async (t) => {
    const words = [
      'Script execution timed out.',
      'Isolate was disposed during execution due to memory limit',
      'Isolate was disposed during execution',
      'Isolate is already disposed',
      'It needed more than 32 MB of memory',
    ]
    for (const message of words) {
      const thrown = `new Error(${JSON.stringify(message)})`
      const error = { name: 'Error', message }
      t.match(await ground.run(`Promise.reject(${thrown}); return 1`), { end: 'error', error }, 'rejected')
      t.match(await ground.sandbox.run(ground.job(`throw ${thrown}`)), { end: 'error', error }, 'at the top')
      t.match(await ground.run(`throw ${thrown}`), { end: 'error', error }, 'thrown')
    }
  }),
)

t.test(
  '19: a run is over when its thread is free: what it leaves spinning counts',
  ground.check(async (t) => {
    const left = [
      'void Promise.resolve().then(() => { for (;;); })',
      'void (async () => { for (;;) await null })()',
      'Promise.reject({ get message() { for (;;); } })',
      'Promise.reject(new Proxy({}, { get() { for (;;); } }))',
    ]
    for (const spinning of left)
      t.match(
        await ground.run(`${spinning}; return 'done'`, { limits: { ...ground.limits, cpuMs: 200, wallMs: 20_000 } }),
        { end: 'cpu', error: { message: 'It took more than 200 ms of CPU time' } },
        spinning,
      )
  }),
)

t.test(
  '50: one call into the engine that takes more than the heap may hold ends the run as memory',
  ground.check(async (t) => {
    const limits = { ...ground.limits, heapMb: 16, cpuMs: 20_000, wallMs: 60_000 }
    const greedy = [
      `'a,'.repeat(2 ** 22).split(',').length`,
      `JSON.stringify(Array(40).fill('x'.repeat(2 ** 20))).length`,
      `(globalThis.kept = JSON.parse('[' + '[],'.repeat(6e5) + '[]]')).length`,
    ]
    for (const code of greedy) {
      const { end, used, result } = await ground.run(`return ${code}`, { limits })
      t.equal(end, 'memory', code)
      t.ok(used.heapMb >= 16, `${used.heapMb} MB`)
      t.equal(result, undefined)
    }
    const modest = `for (let r = 0; r < 60; r++) { const a = []; for (let i = 0; i < 2e4; i++) a.push({ i, s: 'x' + i }) } return 1`
    t.match(await ground.run(modest, { limits: { ...limits, heapMb: 8 } }), { end: 'ok' }, 'garbage is no fault')
  }),
)

t.test(
  '62: a platform that fails to answer gives a code',
  ground.check(async (t) => {
    const fails: readonly (() => Promise<never>)[] = [
      () => Promise.reject(new Error('at once')),
      () => new Promise((_, reject) => setImmediate(() => reject(new Error('later')))),
      () => {
        throw new Error('before it began')
      },
      () => Promise.reject(undefined),
      () => Promise.resolve(undefined as never),
      () => Promise.resolve({ ok: true, value: 1n } as never),
    ]
    for (const call of fails) {
      t.match(await ground.run(`return ctx.call('a.b', {}).catch((e) => [e.name, e.code])`, { call }), {
        end: 'ok',
        result: ['BotCallError', 'UNAVAILABLE'],
      })
      t.match(await ground.run(`ctx.call('a.b', {}); await ctx.state.get('k'); return 1`, { call }), { end: 'error' })
    }
    const large = async () => ({ ok: true, value: 'x'.repeat(5_000_000) }) as const
    t.match(await ground.run(`return ctx.call('a.b', {}).catch((e) => e.code)`, { call: large }), { result: 'LIMIT' })
  }),
)

t.test(
  '63: a bot that catches every refusal still ends at the limit of its calls',
  ground.check(async (t) => {
    const outcome = await ground.run(`for (;;) await ctx.state.set('k', 1).catch(() => 1)`)
    t.match(outcome, { end: 'quota', error: { code: 'LIMIT' }, used: { calls: 200 } })
    t.equal(ground.noted.calls.length, 200)
  }),
)

t.test(
  '64: arguments and lines that are too long are refused or cut, and it shows',
  ground.check(async (t) => {
    const codes = `return [await ctx.call('echo.say', 'x'.repeat(65537)).catch((e) => e.code), await ctx.state.set('k', 'x'.repeat(65537)).catch((e) => e.code), await ctx.state.set('k', 'x'.repeat(65000)).catch((e) => e.code)]`
    t.match(await ground.run(codes), { end: 'ok', result: ['LIMIT', 'LIMIT', null] })
    t.equal(ground.noted.calls.length, 1, 'only what fits was sent')
    t.match(
      await ground.run(
        `for (let i = 0; i < 20; i++) await ctx.state.set('k', 'x'.repeat(1e6)).catch(() => 1); return 1`,
      ),
      { end: 'ok' },
    )
    t.match(await ground.run(`for (let i = 0; i < 200; i++) await ctx.state.set('k', 'x'.repeat(64000)); return 1`), {
      end: 'quota',
    })
    ground.noted.lines.length = 0
    await ground.run(`for (let i = 0; i < 1e5; i++) ctx.log('line ' + i); return 1`)
    t.equal(ground.noted.lines.length, 21)
    t.match(ground.noted.lines.at(-1)?.message, /more than 20 lines; the rest is left out/)
    ground.noted.lines.length = 0
    await ground.run(
      `ctx.log('x'.repeat(1e7)); ctx.log('data', { a: 'x'.repeat(1e6) }); const c = {}; c.c = c; ctx.log('cycle', c); console.log('a', { b: 1 }); ctx.log({ c: 1 }); return 1`,
    )
    const [long, data, cycle, printed, object] = ground.noted.lines
    t.equal(long?.message.length, 2048 + '… [truncated]'.length)
    t.match(String(data?.data), /… \[truncated\]$/)
    t.match(cycle?.data, 'cannot be written')
    t.same([printed?.message, object?.message], ['a {"b":1}', '{"c":1}'])
  }),
)

t.test(
  '65: the seventeenth call waits until one of the sixteen is answered',
  ground.check(async (t) => {
    let [open, most, seen] = [0, 0, 0]
    const sixteen = Promise.withResolvers<void>()
    const call = async () => {
      most = Math.max(most, ++open)
      if (++seen === 16) sixteen.resolve()
      // None is answered before sixteen are asked: a seventeenth that did not wait would be seen beside them.
      await sixteen.promise
      await new Promise(setImmediate)
      open--
      return { ok: true, value: null } as const
    }
    const outcome = await ground.run(
      `await Promise.all(Array.from({ length: 100 }, (_, i) => ctx.state.get('k' + i))); return 'all'`,
      { call },
    )
    t.match(outcome, { end: 'ok', result: 'all', used: { calls: 100 } })
    t.equal(most, 16)
  }),
)

t.test(
  'calls carry what they were given, in the order they were made',
  ground.check(async (t) => {
    await ground.run(`await ctx.call('echo.say', { a: 1 }); await ctx.state.set('k', { b: 2 }, { ttlSeconds: 5 }); await ctx.state.get('k')
    await ctx.state.keys(); await ctx.state.keys('p'); await ctx.state.delete('k')
    await ctx.fetch('https://x', { method: 'POST', headers: { a: ctx.secrets.key }, body: 'b', more: 1 })`)
    t.same(ground.noted.calls, [
      { sequence: 0, method: 'action', input: { action: 'echo.say', input: { a: 1 } } },
      { sequence: 1, method: 'state.set', input: { key: 'k', value: { b: 2 }, ttlSeconds: 5 } },
      { sequence: 2, method: 'state.get', input: { key: 'k' } },
      { sequence: 3, method: 'state.keys', input: { prefix: '' } },
      { sequence: 4, method: 'state.keys', input: { prefix: 'p' } },
      { sequence: 5, method: 'state.delete', input: { key: 'k' } },
      {
        sequence: 6,
        method: 'fetch',
        input: { url: 'https://x', method: 'POST', headers: { a: 'handle' }, body: 'b' },
      },
    ])
  }),
)

t.test(
  'what authors reach for and is not there is told with what to do instead',
  ground.check(async (t) => {
    for (const [code, remedy] of [
      ['await fetch("https://example.org")', /^fetch is not defined \(a bot has no fetch; use ctx\.fetch/],
      ['setInterval(() => {}, 5)', /^setInterval is not defined .*ctx\.state/],
      ['process.env.HOME', /ctx\.config/],
      ['Buffer.from("a")', /typed arrays/],
      ['event.x = 1', /\(what a bot is given cannot be changed; make a copy\)$/],
      ['return 1n', /Number\(n\)/],
      ['nobody', /^nobody is not defined$/],
      ['constructor.name.x.y', /^(?!.*a bot has no)/],
    ] as const)
      t.match(await ground.run(code), { end: 'error', error: { message: remedy } }, code)
  }),
)
