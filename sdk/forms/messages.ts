/** What people read when a form is not filled in as it should be. */

export interface FormMessages {
  readonly object: string
  readonly array: string
  readonly string: string
  readonly number: string
  readonly integer: string
  readonly boolean: string
  readonly required: string
  readonly unknown: string
  readonly choice: string
  readonly unique: string
  readonly empty: string
  minLength(n: number): string
  maxLength(n: number): string
  minItems(n: number): string
  maxItems(n: number): string
  minimum(n: number): string
  maximum(n: number): string
  exclusiveMinimum(n: number): string
  exclusiveMaximum(n: number): string
  readonly format: Readonly<Record<string, string>>
}

const s = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

export const englishFormMessages: FormMessages = {
  object: 'Fill in the fields of this part',
  array: 'Give a list',
  string: 'Enter a text',
  number: 'Enter a number',
  integer: 'Enter a whole number',
  boolean: 'Choose yes or no',
  required: 'Fill this in',
  unknown: 'There is no such field; remove it',
  choice: 'Choose one of the values offered',
  unique: 'Remove the entry that is there twice',
  empty: 'Fill this in',
  minLength: (n) => `Enter at least ${s(n, 'character', 'characters')}`,
  maxLength: (n) => `Shorten it to ${s(n, 'character', 'characters')}`,
  minItems: (n) => `Give at least ${s(n, 'entry', 'entries')}`,
  maxItems: (n) => `Give at most ${s(n, 'entry', 'entries')}`,
  minimum: (n) => `Enter ${n} or more`,
  maximum: (n) => `Enter ${n} or less`,
  exclusiveMinimum: (n) => `Enter more than ${n}`,
  exclusiveMaximum: (n) => `Enter less than ${n}`,
  format: {
    email: 'Enter an e-mail address, such as kim@example.org',
    uri: 'Enter a web address that begins with https:// or http://',
    date: 'Enter a date, such as 2026-03-31',
    'date-time': 'Enter a date and time with its offset, such as 2026-03-31T18:00:00Z',
    time: 'Enter a time of day, such as 18:30',
    member: 'Choose a member',
    group: 'Choose a group',
    plan: 'Choose a plan',
    role: 'Choose a role',
    qualification: 'Choose a qualification',
    emailTemplate: 'Choose an e-mail template',
    segment: 'Choose a segment',
    cron: 'Enter five fields: minute, hour, day, month, weekday; such as "0 7 * * 1" for Mondays at 7',
    secret: 'Enter the secret',
    httpHost: 'Enter the name of a host alone, such as api.example.org',
  },
}

export const germanFormMessages: FormMessages = {
  object: 'Füllen Sie die Felder dieses Teils aus',
  array: 'Geben Sie eine Liste an',
  string: 'Geben Sie einen Text ein',
  number: 'Geben Sie eine Zahl ein',
  integer: 'Geben Sie eine ganze Zahl ein',
  boolean: 'Wählen Sie Ja oder Nein',
  required: 'Füllen Sie dieses Feld aus',
  unknown: 'Dieses Feld gibt es nicht; entfernen Sie es',
  choice: 'Wählen Sie einen der angebotenen Werte',
  unique: 'Entfernen Sie den Eintrag, der doppelt vorkommt',
  empty: 'Füllen Sie dieses Feld aus',
  minLength: (n) => `Geben Sie mindestens ${n} Zeichen ein`,
  maxLength: (n) => `Kürzen Sie auf ${n} Zeichen`,
  minItems: (n) => `Geben Sie mindestens ${s(n, 'Eintrag', 'Einträge')} an`,
  maxItems: (n) => `Geben Sie höchstens ${s(n, 'Eintrag', 'Einträge')} an`,
  minimum: (n) => `Geben Sie ${n} oder mehr ein`,
  maximum: (n) => `Geben Sie ${n} oder weniger ein`,
  exclusiveMinimum: (n) => `Geben Sie mehr als ${n} ein`,
  exclusiveMaximum: (n) => `Geben Sie weniger als ${n} ein`,
  format: {
    email: 'Geben Sie eine E-Mail-Adresse ein, etwa kim@example.org',
    uri: 'Geben Sie eine Webadresse ein, die mit https:// oder http:// beginnt',
    date: 'Geben Sie ein Datum ein, etwa 2026-03-31',
    'date-time': 'Geben Sie Datum und Uhrzeit mit Zeitzone ein, etwa 2026-03-31T18:00:00Z',
    time: 'Geben Sie eine Uhrzeit ein, etwa 18:30',
    member: 'Wählen Sie ein Mitglied',
    group: 'Wählen Sie eine Gruppe',
    plan: 'Wählen Sie einen Tarif',
    role: 'Wählen Sie eine Rolle',
    qualification: 'Wählen Sie eine Qualifikation',
    emailTemplate: 'Wählen Sie eine E-Mail-Vorlage',
    segment: 'Wählen Sie ein Segment',
    cron: 'Geben Sie fünf Felder ein: Minute, Stunde, Tag, Monat, Wochentag; etwa „0 7 * * 1“ für montags um 7',
    secret: 'Geben Sie das Geheimnis ein',
    httpHost: 'Geben Sie nur den Namen eines Servers ein, etwa api.example.org',
  },
}
