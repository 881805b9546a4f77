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
  account: 'Your account',
  belongsTo: 'You belong to',
  belongsNowhere: 'You belong to no organisation yet: ask one of its administrators for an invitation.',
  administrator: 'You administer the platform.',
  signInFirst: 'Sign in to see your account.',
  none: 'None',
  isProven: 'It is confirmed.',
  isNotProven:
    'It is not confirmed yet. Once it is, other organisations that you are invited to can let you in with this account.',
  sendProof: 'Send a mail to confirm it',
  proofSent: 'A mail with a link is on its way. Open it and type your password there.',
  proofImpossible: 'The mail cannot be sent: this platform has no mail server, or the address is confirmed already.',
  proveAddress: 'Confirm your address',
  proveAddressText:
    'Type the password of your account: the link shows that the mailbox is yours, the password that the account is.',
  confirm: 'Confirm',
  addressProven: 'Your address is confirmed',
  addressProvenText: 'Other organisations that you are invited to can let you in with this account from now on.',
  changePassword: 'Change the password',
  changePasswordText: 'All other browsers are signed out by it.',
  currentPassword: 'Current password',
  wrongPassword: 'The password is not right. After several failures the account is locked for a while.',
  passwordChanged: 'The password is changed, and all other browsers are signed out.',
  browsers: 'Where you are signed in',
  thisBrowser: 'this browser',
  endSession: 'Sign this one out',
  endOthers: 'Sign all others out',
  sessionEnded: 'It is signed out.',
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
  account: 'Ihr Konto',
  belongsTo: 'Sie gehören zu',
  belongsNowhere:
    'Sie gehören noch zu keiner Organisation: Bitten Sie jemanden aus deren Verwaltung um eine Einladung.',
  administrator: 'Sie verwalten die Plattform.',
  signInFirst: 'Melden Sie sich an, um Ihr Konto zu sehen.',
  none: 'Keine',
  isProven: 'Sie ist bestätigt.',
  isNotProven:
    'Sie ist noch nicht bestätigt. Sobald sie es ist, können andere Organisationen, die Sie einladen, Sie mit diesem Konto einlassen.',
  sendProof: 'Mail zum Bestätigen senden',
  proofSent: 'Eine Mail mit einem Link ist unterwegs. Öffnen Sie ihn und geben Sie dort Ihr Passwort ein.',
  proofImpossible:
    'Die Mail kann nicht gesendet werden: Diese Plattform hat keinen Mailserver, oder die Adresse ist schon bestätigt.',
  proveAddress: 'Adresse bestätigen',
  proveAddressText:
    'Geben Sie das Passwort Ihres Kontos ein: Der Link zeigt, dass das Postfach Ihnen gehört, das Passwort, dass es das Konto tut.',
  confirm: 'Bestätigen',
  addressProven: 'Ihre Adresse ist bestätigt',
  addressProvenText: 'Andere Organisationen, die Sie einladen, können Sie von nun an mit diesem Konto einlassen.',
  changePassword: 'Passwort ändern',
  changePasswordText: 'Alle anderen Browser werden damit abgemeldet.',
  currentPassword: 'Jetziges Passwort',
  wrongPassword: 'Das Passwort stimmt nicht. Nach mehreren Fehlversuchen ist das Konto eine Weile gesperrt.',
  passwordChanged: 'Das Passwort ist geändert, und alle anderen Browser sind abgemeldet.',
  browsers: 'Wo Sie angemeldet sind',
  thisBrowser: 'dieser Browser',
  endSession: 'Diesen abmelden',
  endOthers: 'Alle anderen abmelden',
  sessionEnded: 'Er ist abgemeldet.',
  linkEnded: 'Dieser Link ist abgelaufen oder schon verbraucht. Bitte einen neuen anfordern.',
  weakPassword:
    'Das Passwort muss 12 bis 200 Zeichen haben, darf nicht zu eintönig sein und Ihre Adresse nicht enthalten.',
  takenPassword: 'Ein anderes Konto mit Ihrer Adresse hat dieses Passwort. Bitte ein anderes wählen.',
  badEmail: 'Das ist keine E-Mail-Adresse.',
  error: 'Mit dieser Anfrage stimmt etwas nicht',
}
export type Words = typeof en
export const words: Readonly<Record<Language, Words>> = { en, de }
