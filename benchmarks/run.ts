/** `npm run bench [name ...]`: what we claim, as programs anybody can run. Without a name, all of them. */
const benchmarks: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  api: async () => ({ run: (await import('./api.ts')).api }),
  paging: async () => ({ run: (await import('./paging.ts')).paging }),
  import: async () => ({ run: (await import('./import.ts')).importing }),
  'bots-engine': async () => ({ run: (await import('./bots-engine.ts')).botsEngine }),
  bots: async () => ({ run: (await import('./bots.ts')).benchBots }),
  fairness: async () => ({ run: (await import('./fairness.ts')).benchFairness }),
  idle: async () => ({ run: (await import('./idle.ts')).idle }),
  ticker: async () => ({ run: (await import('./ticker.ts')).ticker }),
}

const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const load = benchmarks[name]
  if (!load) {
    console.error(`There is no benchmark "${name}": ${Object.keys(benchmarks).join(', ')}`)
    process.exit(2)
  }
  console.log(`\n== ${name}\n`)
  await (await load()).run()
}
process.exit(0)
