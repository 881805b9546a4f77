import type { FastifyRequest } from 'fastify'

export type Language = 'de' | 'en'

/** The browser's first choice of the two we have. */
export const languageOf = (request: Pick<FastifyRequest, 'headers'>): Language =>
  /^\s*de\b/i.test(request.headers['accept-language'] ?? '') ? 'de' : 'en'

const en = {
  signIn: 'Sign in',
  email: 'E-mail address',
  name: 'Name',
  password: 'Password',
  newPassword: 'New password (at least 12 characters)',
  abort: 'Cancel',
  wrongCredentials:
    'The address or the password is not right. After several failures the account is locked for a while.',
  tooMany: 'Too many attempts. Wait a few minutes.',
  signInFailed: 'The sign-in did not succeed',
  signInFailedText: 'It took too long, was used already, or was refused. Begin again.',
  home: 'To the start page',
  signOut: 'Sign out',
  signOutText: 'Do you want to sign out?',
  signedOut: 'You are signed out',
  setup: 'Set up Guildhall',
  setupText: 'Create the first administrator.',
  create: 'Create',
  setupDone: 'The administrator is created',
  setupDoneText: 'You can sign in now.',
  choosePassword: 'Choose a password',
  save: 'Save',
  passwordSaved: 'The password is saved',
  passwordSavedText: 'All browsers are signed out. Sign in with the new password.',
  forgotten: 'Forgot your password?',
  forgottenText: 'Enter the address you sign in with. A link at which you choose a new password goes to its mailbox.',
  sendLink: 'Send the link',
  linkSent: 'If an account has this address, a mail with a link is on its way. The link works once, for one hour.',
  linkSentHint:
    'Nothing there? Look among the unwanted mail, and whether you wrote the address as you sign in with it. At most three mails are sent in an hour.',
  noMail:
    'This platform sends no mail. Ask whoever runs it for a link: the command "guildhall account reset" with your address makes one.',
  linkEnded: 'This link has ended, or was used already. Ask for a new one.',
  weakPassword: 'The password must have 12 to 200 characters, not be too uniform, and not contain your address.',
  takenPassword: 'Another account with your address has this password. Choose a different one.',
  badEmail: 'This is not an e-mail address.',
  error: 'Something is wrong with this request',
}
const de: typeof en = {
  signIn: 'Anmelden',
  email: 'E-Mail-Adresse',
  name: 'Name',
  password: 'Passwort',
  newPassword: 'Neues Passwort (mindestens 12 Zeichen)',
  abort: 'Abbrechen',
  wrongCredentials:
    'Adresse oder Passwort stimmt nicht. Nach mehreren Fehlversuchen ist das Konto eine Weile gesperrt.',
  tooMany: 'Zu viele Versuche. Bitte einige Minuten warten.',
  signInFailed: 'Die Anmeldung ist nicht gelungen',
  signInFailedText: 'Sie hat zu lange gedauert, war schon verbraucht oder wurde abgelehnt. Bitte noch einmal beginnen.',
  home: 'Zur Startseite',
  signOut: 'Abmelden',
  signOutText: 'Möchten Sie sich abmelden?',
  signedOut: 'Sie sind abgemeldet',
  setup: 'Guildhall einrichten',
  setupText: 'Legen Sie die erste Administratorin oder den ersten Administrator an.',
  create: 'Anlegen',
  setupDone: 'Das Konto ist angelegt',
  setupDoneText: 'Sie können sich jetzt anmelden.',
  choosePassword: 'Passwort wählen',
  save: 'Speichern',
  passwordSaved: 'Das Passwort ist gespeichert',
  passwordSavedText: 'Alle Browser sind abgemeldet. Bitte melden Sie sich mit dem neuen Passwort an.',
  forgotten: 'Passwort vergessen?',
  forgottenText:
    'Geben Sie die Adresse ein, mit der Sie sich anmelden. Ein Link, mit dem Sie ein neues Passwort wählen, geht an ihr Postfach.',
  sendLink: 'Link senden',
  linkSent:
    'Wenn ein Konto diese Adresse hat, ist eine Mail mit einem Link unterwegs. Der Link gilt einmal und eine Stunde lang.',
  linkSentHint:
    'Nichts angekommen? Sehen Sie bei den unerwünschten Mails nach, und ob die Adresse die ist, mit der Sie sich anmelden. Höchstens drei Mails gehen in einer Stunde hinaus.',
  noMail:
    'Diese Plattform verschickt keine Mails. Bitten Sie ihren Betreiber um einen Link: Der Befehl „guildhall account reset“ mit Ihrer Adresse macht einen.',
  linkEnded: 'Dieser Link ist abgelaufen oder schon verbraucht. Bitte einen neuen anfordern.',
  weakPassword:
    'Das Passwort muss 12 bis 200 Zeichen haben, darf nicht zu eintönig sein und Ihre Adresse nicht enthalten.',
  takenPassword: 'Ein anderes Konto mit Ihrer Adresse hat dieses Passwort. Bitte ein anderes wählen.',
  badEmail: 'Das ist keine E-Mail-Adresse.',
  error: 'Mit dieser Anfrage stimmt etwas nicht',
}
export type Words = typeof en
export const words: Readonly<Record<Language, Words>> = { en, de }
