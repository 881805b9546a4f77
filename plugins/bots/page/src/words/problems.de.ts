import type { Loose } from './en.ts'
import type { problemsEn } from './problems.en.ts'

export const problemsDe: Loose<typeof problemsEn> = {
  'validation-failed': {
    title: 'Etwas ist noch nicht richtig ausgefüllt',
    remedy: 'Berichtigen Sie die markierten Felder. Geändert wurde nichts.',
  },
  unauthenticated: {
    title: 'Sie sind nicht mehr angemeldet',
    remedy: 'Laden Sie die Seite neu und melden Sie sich an.',
  },
  forbidden: {
    title: 'Das dürfen Sie nicht',
    remedy: 'Bitten Sie eine Administratorin, es zu tun oder Ihnen das Recht dazu zu geben.',
  },
  'not-found': { title: 'Das gibt es hier nicht mehr', remedy: 'Laden Sie die Seite neu.' },
  'plugin-not-enabled': {
    title: 'Dieser Teil der Plattform ist hier ausgeschaltet',
    remedy: 'Bitten Sie eine Administratorin, ihn einzuschalten.',
  },
  conflict: {
    title: 'Das passt nicht dazu, wie es jetzt steht',
    remedy: 'Laden Sie die Seite neu und sehen Sie nach, wie es steht.',
  },
  'already-exists': { title: 'So etwas gibt es schon', remedy: 'Wählen Sie einen anderen Namen.' },
  dependency: {
    title: 'Etwas, das er braucht, ist hier ausgeschaltet',
    remedy: 'Bitten Sie eine Administratorin, diesen Teil einzuschalten, oder verzichten Sie auf den Bot.',
  },
  gone: { title: 'Das gab es hier und gibt es nicht mehr', remedy: 'Laden Sie die Seite neu.' },
  'precondition-failed': {
    title: 'Jemand anderes hat diesen Bot inzwischen geändert',
    remedy: 'Laden Sie die Seite neu und wiederholen Sie dann Ihre Änderung.',
  },
  'consent-required': {
    title: 'Was diese Version verlangt, dem hat niemand zugestimmt',
    remedy: 'Laden Sie die Seite neu, lesen Sie, was der Bot darf, und stimmen Sie zu.',
  },
  'config-does-not-fit': {
    title: 'Ihre Einstellungen passen nicht zum Formular dieser Version',
    remedy:
      'Die bisherige Version arbeitet weiter. Ändern Sie unter „Einrichten“, was die neue nicht nimmt, und aktualisieren Sie dann.',
  },
  'payload-too-large': { title: 'Das ist zu viel', remedy: 'Kürzen Sie, was Sie eingegeben haben.' },
  'rate-limited': { title: 'Das war zu oft', remedy: 'Warten Sie eine Minute und versuchen Sie es dann noch einmal.' },
  internal: {
    title: 'Bei uns ist etwas schiefgegangen',
    remedy: 'Versuchen Sie es noch einmal. Bleibt es dabei, nennen Sie dem Betreiber die Nummer darunter.',
  },
  'database-unavailable': {
    title: 'Die Plattform erreicht ihre Daten nicht',
    remedy: 'Versuchen Sie es in einer Minute noch einmal.',
  },
  overloaded: { title: 'Die Plattform ist ausgelastet', remedy: 'Versuchen Sie es in einer Minute noch einmal.' },
  'shutting-down': {
    title: 'Die Plattform wird neu gestartet',
    remedy: 'Versuchen Sie es in einer Minute noch einmal.',
  },
}
