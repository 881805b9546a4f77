import {
  migrationFile,
  type PluginNames,
  pluginFiles,
  readmeFile,
  type ScaffoldFiles,
  testFile,
} from './plugin-files.ts'

/** Whatever Node the author has, programs run on the one that Guildhall brings. */
const pinned = 'node node_modules/guildhall/core/cli/run.mjs'

/** A package of its own: TypeScript in src/, JavaScript in dist/, made at `npm pack` by taking the types away. */
export function packageFiles(
  n: PluginNames,
  o: { sdk: string; house: string; typebox: string; uuid: string },
): ScaffoldFiles {
  const source = Object.fromEntries(
    Object.entries(pluginFiles(n, './migration.ts')).map(([path, text]) => [`src/${path}`, text]),
  )
  const manifest = {
    name: `guildhall-plugin-${n.id}`,
    version: '0.1.0',
    description: `${n.title}, a plugin for Guildhall`,
    license: 'Apache-2.0',
    type: 'module',
    exports: { '.': './dist/index.js' },
    files: ['dist', 'README.md'],
    scripts: {
      build: `${pinned} build.mjs`,
      typecheck: 'tsc -p .',
      prepack: 'npm run build',
      test: `${pinned} test/notes.test.ts`,
    },
    peerDependencies: { '@guildhall/sdk': '^0.1.0', typebox: `^${o.typebox}` },
    dependencies: { uuid: o.uuid },
    devDependencies: {
      '@guildhall/sdk': o.sdk,
      guildhall: o.house,
      '@types/node': '24.13.6',
      tap: '21.8.0',
      typebox: o.typebox,
      typescript: '5.9.3',
    },
  }
  const compiler = {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    },
    include: ['src', 'test'],
  }
  return {
    ...source,
    'src/migration.ts': migrationFile(n),
    'test/notes.test.ts': testFile(n, '../src/index.ts', 'guildhall/testing'),
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'build.mjs': build,
    'tsconfig.json': `${JSON.stringify(compiler, null, 2)}\n`,
    '.gitignore': 'node_modules\ndist\n',
    'README.md': readmeFile(n, {
      register: `\`npm install <this package>\` beside Guildhall, and name \`guildhall-plugin-${n.id}\` under \`plugins\` in config/guildhall.local.yaml.`,
      test: 'npm install && npm test',
    }),
  }
}

const build = `// TypeScript in src/ becomes JavaScript in dist/: Node takes the types away, and imports end in .js.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const file of readdirSync('src').filter((name) => name.endsWith('.ts'))) {
  const script = stripTypeScriptTypes(readFileSync(\`src/\${file}\`, 'utf8'))
  writeFileSync(\`dist/\${file.replace(/ts$/, 'js')}\`, script.replaceAll(/(from '\\.[^']*)\\.ts'/g, "$1.js'"))
}
`
