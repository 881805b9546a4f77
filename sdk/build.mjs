// `npm run build:sdk [-- folder]`: @guildhall/sdk as it is published, JavaScript with types. Default: dist/sdk.
// Inside this project everybody imports the TypeScript source; only who is outside needs this.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const sdk = import.meta.dirname
const out = resolve(process.argv[2] ?? join(sdk, '../dist/sdk'))

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
// Not bin/tsc: a file without an ending is no module to whoever watches the loading, such as the test runner.
const compiler = join(sdk, '../node_modules/ts7/lib/tsc.js')
const { status } = spawnSync(process.execPath, [compiler, '-p', join(sdk, 'tsconfig.build.json'), '--outDir', out], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
if (status !== 0) process.exit(status ?? 1)

const read = (file) => JSON.parse(readFileSync(join(sdk, file), 'utf8'))
const { private: _, ...source } = read('package.json')
const { dependencies } = read('../package.json')
const published = {
  ...source,
  engines: { node: '>=24' },
  exports: Object.fromEntries(
    Object.entries(source.exports).map(([at, file]) => [
      at,
      { types: file.replace(/ts$/, 'd.ts'), default: file.replace(/ts$/, 'js') },
    ]),
  ),
  // Types only: of `raw()` and of models. Who uses neither needs neither.
  peerDependencies: {
    ...source.peerDependencies,
    fastify: `^${dependencies.fastify}`,
    sequelize: `^${dependencies.sequelize}`,
  },
  peerDependenciesMeta: { fastify: { optional: true }, sequelize: { optional: true } },
}
writeFileSync(join(out, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
copyFileSync(join(sdk, 'README.md'), join(out, 'README.md'))
copyFileSync(join(sdk, '../LICENSE'), join(out, 'LICENSE'))
