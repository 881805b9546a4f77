/**
 * Single-page applications that plugins bring: built files, served to anybody under a strict policy. What they show they
 * fetch through the API, as whoever is signed in. Where the built files are missing or older than their source they are
 * built in the background, once the door is open.
 */
export { sites } from './routes.ts'
export { Site, type SiteState } from './site.ts'
export { type Way, type WaysOf, waysOf } from './ways.ts'
