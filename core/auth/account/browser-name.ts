const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** "Firefox, Windows", as far as a `User-Agent` gives it away; each browser also claims to be those after it. */
export function browserName(agent: string | null, language: 'de' | 'en'): string {
  const first = (names: readonly (readonly [string, string])[]) => names.find(([mark]) => agent?.includes(mark))?.[1]
  const [browser, system] = [first(browsers), first(systems)]
  if (!browser && !system) return language === 'de' ? 'Unbekannter Browser' : 'Unknown browser'
  return [browser, system].filter(Boolean).join(', ')
}
