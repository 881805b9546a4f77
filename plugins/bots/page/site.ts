import type { SiteSpec } from '@guildhall/sdk'

/** The page of bots: `npm run build:page` writes it to `dist/page`; the platform does where that is missing or older. */
export const botsPage: SiteSpec = {
  at: '/bots',
  built: new URL('./dist/page/', import.meta.url),
  build: {
    program: new URL('./build.mjs', import.meta.url),
    from: [new URL('./', import.meta.url), new URL('../../../sdk/forms/', import.meta.url)],
  },
  link: { title: { de: 'Bots', en: 'Bots' }, requires: 'bots.read' },
}
