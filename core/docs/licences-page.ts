import { openingOf, tableOf } from './page.ts'

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      { version?: string; license?: string; dev?: boolean; devOptional?: boolean; link?: boolean; optional?: boolean }
    >
  >
}

/** What may be in an installation without asking anybody: none of them binds our own code. */
export const allowedLicences = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]

export interface LicensedPackage {
  readonly name: string
  readonly version: string
  readonly licence: string
}

/** Everything an installation holds, tools of development left out. */
export function licensedPackages(lockfile: string): LicensedPackage[] {
  const { packages } = JSON.parse(lockfile) as Lockfile
  const found = Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path, { version = '', license = 'not stated' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
    }))
  const unique = new Map(found.map((one) => [`${one.name}@${one.version}`, one]))
  return [...unique.values()].toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

export function licencesPage(lockfile: string): string {
  const packages = licensedPackages(lockfile)
  return [
    ...openingOf('Third-party licences', '`package-lock.json`'),
    'Guildhall itself stands under the [Apache License 2.0](../LICENSE). An installation contains these packages; each carries its',
    'licence text in its own folder under `node_modules`.',
    '',
    `The data in [config/organisations/congress](../config/organisations/congress/README.md) is in the public domain (CC0 1.0).`,
    '',
    ...tableOf(
      ['licence', 'packages'],
      [...Map.groupBy(packages, ({ licence }) => licence)]
        .map(([licence, those]) => [licence, String(those.length)] as const)
        .toSorted(([a, n], [b, m]) => Number(m) - Number(n) || (a < b ? -1 : 1)),
    ),
    ...tableOf(
      ['package', 'version', 'licence'],
      packages.map(({ name, version, licence }) => [
        `[${name}](https://www.npmjs.com/package/${name})`,
        version,
        licence,
      ]),
    ),
  ].join('\n')
}
