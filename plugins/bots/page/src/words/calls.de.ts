import type { callsEn } from './calls.en.ts'
import type { Loose } from './en.ts'

export const callsDe: Loose<typeof callsEn> = {
  nothing: 'nichts',
  fields: {
    memberId: 'Mitglied',
    groupId: 'Gruppe',
    planId: 'Tarif',
    tag: 'Schlagwort',
    role: 'Rolle',
    roles: 'Rollen',
    patch: 'Änderung',
    to: 'an',
    email: 'E-Mail',
    subject: 'Betreff',
    title: 'Titel',
    text: 'Text',
    body: 'gesendet wird',
    template: 'Vorlage',
    from: 'ab',
    validUntil: 'bis',
    firstName: 'Vorname',
    lastName: 'Nachname',
    method: 'Methode',
    url: 'Adresse',
    status: 'Status',
    limit: 'höchstens',
    filter: 'Filter',
    value: 'Wert',
    reason: 'Grund',
  },
  methods: {
    'state.get': 'Erinnert sich:',
    'state.set': 'Merkt sich:',
    'state.delete': 'Vergisst:',
    'state.keys': 'Sieht seine Notizen durch:',
  },
  retrySure: 'Weitermachen, wo er scheiterte ({n})?',
  retryText: [
    'Der Bot sendet und ändert dann wirklich, was noch fehlt. Was er getan hatte, bevor er scheiterte, tut er nicht noch einmal.',
    'Er bleibt bei seiner Version und seinen Einstellungen von damals. Haben Sie die seither berichtigt, führen Sie ihn stattdessen mit dem neuesten Stand aus.',
  ],
  rerunSure: 'Wirklich noch einmal ausführen?',
  rerunText: [
    'Der Bot sendet und ändert dann wirklich, mit seiner Version und seinen Einstellungen von heute.',
    'Er tut alles noch einmal, auch was er getan hatte, bevor er scheiterte. Der Lauf zeigt, was das war.',
  ],
  discardSure: 'Was fehlschlug, verwerfen ({n})?',
  discardText: [
    'Was nicht getan wurde, holt dann niemand nach.',
    'Es bleibt in der Liste der Läufe und wartet auf niemanden mehr.',
  ],
  replayText:
    'Beim Nachspielen geht er es mit den Antworten von damals noch einmal durch; gesendet und geändert wird nichts.',
  remedies: {
    error:
      'Lesen Sie, was er sagt. Berichtigen Sie seine Einstellungen oder das, was er nennt, und führen Sie ihn noch einmal aus.',
    cpu: 'Geben Sie ihm weniger zu tun, etwa weniger Regeln oder Gruppen, oder sagen Sie es dem, der ihn gemacht hat.',
    timeout:
      'Oft war ein anderer Dienst langsam: Führen Sie ihn noch einmal aus. Bleibt es dabei, sagen Sie es dem, der den Bot gemacht hat.',
    memory: 'Geben Sie ihm weniger auf einmal zu tun, oder sagen Sie es dem, der ihn gemacht hat.',
    quota: 'Geben Sie ihm weniger auf einmal zu tun, oder sagen Sie es dem, der ihn gemacht hat.',
    crash: 'Führen Sie ihn noch einmal aus. Bleibt es dabei, sagen Sie es dem Betreiber der Plattform.',
    denied:
      'Sehen Sie unter „Einrichten“ und „Versionen“ nach, was fehlt, stimmen Sie zu, und führen Sie ihn noch einmal aus.',
    infra: 'Führen Sie ihn später noch einmal aus. Bleibt es dabei, sagen Sie es dem Betreiber der Plattform.',
    'non-deterministic': 'Führen Sie ihn noch einmal von vorn aus.',
  },
  ends: {
    error: 'Der Bot ist gescheitert: {message}',
    cpu: 'Er hat {usedCpuMs} ms gerechnet; erlaubt sind {cpuMs} ms Rechenzeit.',
    timeout: 'Er hat länger gebraucht als die erlaubten {wallMs} ms.',
    memory: 'Er brauchte mehr als die erlaubten {heapMb} MB Speicher.',
    quota: 'Er hat zu viel aufgerufen, protokolliert oder zurückgegeben: {message}',
    crash: 'Der Prozess, in dem er lief, ist abgestürzt: {message}',
    cancelled: 'Er wurde angehalten.',
    denied: 'Er darf nicht laufen: {message}',
    infra: 'Die Plattform konnte ihn nicht ausführen: {message}',
    'non-deterministic': 'Er verlangte etwas anderes als beim Mal davor, darum geschah nichts: {message}',
  },
}
