import { Problem, type ProblemError, problems } from '@guildhall/sdk'
import type { Language } from '../definitions/requests.ts'

/** What people can get wrong in the platform's parts of a form, and how it reads in German. */
const german: Readonly<Record<string, string>> = {
  'There is no such member here': 'Dieses Mitglied gibt es hier nicht',
  'Members are switched off here': 'Mitglieder sind hier ausgeschaltet',
  'There is no such group here': 'Diese Gruppe gibt es hier nicht',
  'Groups are switched off here': 'Gruppen sind hier ausgeschaltet',
  'There is no such plan here': 'Diesen Tarif gibt es hier nicht',
  'Plans are switched off here': 'Tarife sind hier ausgeschaltet',
  'There is no such role here; GET /api/v1/roles lists them':
    'Diese Rolle gibt es hier nicht; GET /api/v1/roles zählt sie auf',
  'There is no such template here': 'Diese Vorlage gibt es hier nicht',
  'E-mail is switched off here': 'E-Mail ist hier ausgeschaltet',
  'Inboxes are switched off here': 'Posteingänge sind hier ausgeschaltet',
  'Qualifications are not kept here': 'Qualifikationen werden hier nicht geführt',
  'Segments are not kept here': 'Segmente werden hier nicht geführt',
  'This is no time plan such as "0 8 * * 1-5", or it comes more than once a minute':
    'Das ist kein Zeitplan wie „0 8 * * 1-5“, oder er kommt öfter als einmal in der Minute',
  'An inbox belongs to a person: name roles or members':
    'Ein Posteingang gehört einem Menschen: Nennen Sie Rollen oder Mitglieder',
  'Name roles, members or addresses to write to':
    'Nennen Sie Rollen, Mitglieder oder Adressen, an die geschrieben wird',
  'Where shall it be sent to?': 'Wohin soll es gesendet werden?',
  'Give an address that begins with https://': 'Geben Sie eine Adresse an, die mit https:// beginnt',
  'Enter this again: the bot could send it to a server it could not reach when this was entered':
    'Geben Sie das noch einmal ein: Der Bot könnte es an einen Server senden, den er bei der Eingabe nicht erreichte',
  'The part of the platform that says this is switched off here':
    'Der Teil der Plattform, der das meldet, ist hier ausgeschaltet',
}

const said = (error: ProblemError): ProblemError =>
  Object.hasOwn(german, error.message) ? { ...error, message: german[error.message] as string } : error

/** Faults in the words of whoever reads them. */
export const inLanguage = (errors: readonly ProblemError[], language: Language): ProblemError[] =>
  language === 'de' ? errors.map(said) : [...errors]

/** @throws Problem 400 with all of them, where there are some */
export function requireNoFault(errors: readonly ProblemError[], language: Language): void {
  const [first, ...rest] = inLanguage(errors, language)
  if (first) throw new Problem(problems.validationFailed, { detail: first.message, errors: [first, ...rest] })
}
