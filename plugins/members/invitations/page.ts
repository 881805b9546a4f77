/** The invitation as a plain page with one button, for people who follow the link before the console has a page of its own. */
import type { PlainPage, Problem } from '@guildhall/sdk'
import type { Accepted, Offer } from './invitation-schema.ts'

type Language = 'de' | 'en'

const words = {
  en: {
    title: (organization: string) => `You are invited to ${organization}`,
    role: 'Role',
    plan: 'Plan',
    groups: 'Groups',
    until: 'Valid until',
    accept: 'Accept the invitation',
    signIn: 'Sign in first',
    account: 'You have an account with this address already? Sign in first, then open this link again.',
    welcome: 'You are a member now',
    mailed: 'If you were not signed in, a mail with a link is under way: with it you choose your password.',
    password: 'Choose a password to sign in with',
    home: 'To the start page',
    ended: 'This invitation cannot be used',
    none: 'It has ended, was used already, or was taken back. Ask the organisation for a new one.',
  },
  de: {
    title: (organization: string) => `Einladung zu ${organization}`,
    role: 'Rolle',
    plan: 'Tarif',
    groups: 'Gruppen',
    until: 'Gültig bis',
    accept: 'Einladung annehmen',
    signIn: 'Erst anmelden',
    account:
      'Sie haben mit dieser Adresse schon ein Konto? Dann melden Sie sich erst an und öffnen den Link noch einmal.',
    welcome: 'Sie sind jetzt Mitglied',
    mailed: 'Wenn Sie nicht angemeldet waren, ist eine Mail mit einem Link unterwegs, mit dem Sie Ihr Passwort wählen.',
    password: 'Passwort für die Anmeldung wählen',
    home: 'Zur Startseite',
    ended: 'Diese Einladung kann nicht verwendet werden',
    none: 'Sie ist abgelaufen, wurde schon verwendet oder zurückgenommen. Bitten Sie die Organisation um eine neue.',
  },
} as const

export function offerPage(offer: Offer, language: Language): PlainPage {
  const say = words[language]
  const until = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return {
    title: say.title(offer.organization.name),
    text: [
      ...(offer.message ? offer.message.split('\n').filter((line) => line !== '') : []),
      `${say.role}: ${offer.roleTitles[language]}`,
      ...(offer.plan ? [`${say.plan}: ${offer.plan}`] : []),
      ...(offer.groups ? [`${say.groups}: ${offer.groups}`] : []),
      `${say.until}: ${until.format(new Date(offer.expiresAt))} UTC`,
      say.account,
    ],
    button: say.accept,
    link: { href: '/', text: say.signIn },
  }
}

export function welcomePage(accepted: Accepted, language: Language): PlainPage {
  const say = words[language]
  return {
    title: say.welcome,
    text: [accepted.displayName, ...(accepted.setPasswordLink ? [] : [say.mailed])],
    link: accepted.setPasswordLink
      ? { href: accepted.setPasswordLink, text: say.password }
      : { href: '/', text: say.home },
  }
}

export function refusalPage(problem: Problem, language: Language): PlainPage {
  const say = words[language]
  return { title: say.ended, text: [problem.status === 404 ? say.none : (problem.detail ?? problem.kind.title)] }
}
