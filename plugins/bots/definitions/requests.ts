import type { ActionDescription, BotManifest } from '@guildhall/sdk'
import { consentWords } from './consent-words.ts'
import { titleIn } from './german-titles.ts'

export type Language = 'de' | 'en'

/** A text of the author, such as the title, in the language asked for. */
export function textIn(
  language: Language,
  { translations }: Partial<Pick<BotManifest, 'translations'>>,
  text: string,
): string {
  const de = translations?.de
  return language === 'de' && de && Object.hasOwn(de, text) ? (de[text] as string) : text
}

/** What a version asks an administrator for, as sentences. */
export interface Requested {
  readonly actions: readonly RequestedAction[]
  readonly hosts: readonly { readonly host: string; readonly sentence: string }[]
  /** Fields of the form in which the administrator names a host himself: what he enters is what he grants. */
  readonly hostFields: readonly { readonly field: string; readonly sentence: string }[]
}
export interface RequestedAction {
  readonly id: string
  readonly title: string
  readonly effect: ActionDescription['effect'] | 'unknown'
  /** The permission that whoever installs it must hold. */
  readonly requires: string | null
  /** False where the plugin it belongs to is off here. */
  readonly available: boolean
  readonly sentence: string
}

/** For actions of plugins from elsewhere: what they do, and how far that goes. */
const words: Readonly<Record<Language, Readonly<Record<RequestedAction['effect'], (title: string) => string>>>> = {
  en: {
    read: (title) => `It may look: ${title}.`,
    write: (title) => `It may change something: ${title}.`,
    destructive: (title) => `It may take something away: ${title}.`,
    unknown: (id) => `It asks for something that is switched off here: ${id}.`,
  },
  de: {
    read: (title) => `Er darf nachsehen: ${title}.`,
    write: (title) => `Er darf etwas ändern: ${title}.`,
    destructive: (title) => `Er darf etwas wegnehmen: ${title}.`,
    unknown: (id) => `Er verlangt etwas, das hier ausgeschaltet ist: ${id}.`,
  },
}
const may = { en: 'It may', de: 'Er darf' } as const

function sentenceOf(language: Language, id: string, o: Pick<RequestedAction, 'title' | 'effect'>): string {
  const known = o.effect !== 'unknown' && Object.hasOwn(consentWords, id) ? consentWords[id] : undefined
  return known ? `${may[language]} ${known[language]}.` : words[language][o.effect](o.title)
}
const callsNamed: Readonly<Record<Language, (field: string) => string>> = {
  en: (field) =>
    `It may call the server you enter under "${field}" and send data there; a call can arrive more than once.`,
  de: (field) =>
    `Er darf den Server aufrufen, den Sie unter „${field}“ eintragen, und Daten dorthin senden; ein Aufruf kann mehrfach ankommen.`,
}
const calls: Readonly<Record<Language, (host: string) => string>> = {
  en: (host) => `It may call ${host} over https and send data there; a call can arrive more than once.`,
  de: (host) => `Er darf ${host} über https aufrufen und Daten dorthin senden; ein Aufruf kann mehrfach ankommen.`,
}

export function requestedBy(
  manifest: Pick<BotManifest, 'permissions'> & Partial<Pick<BotManifest, 'config' | 'translations'>>,
  known: readonly ActionDescription[],
  language: Language,
): Requested {
  const byId = new Map(known.map((action) => [action.id, action]))
  return {
    actions: manifest.permissions.actions.map((id) => {
      const action = byId.get(id)
      const effect = action?.effect ?? 'unknown'
      const title = titleIn(language, action?.title ?? id)
      return {
        id,
        title,
        effect,
        requires: action?.requires ?? null,
        available: action !== undefined,
        sentence: sentenceOf(language, id, { title, effect }),
      }
    }),
    hosts: manifest.permissions.hosts.map((host) => ({ host, sentence: calls[language](host) })),
    hostFields: hostTitles(manifest.config?.schema).map((title) => {
      const field = textIn(language, manifest, title)
      return { field, sentence: callsNamed[language](field) }
    }),
  }
}

/** Titles of the fields of format `httpHost`, wherever they stand in the form. */
function hostTitles(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { format, title, properties, items, $defs } = schema as Record<string, unknown>
  if (format === 'httpHost') return [typeof title === 'string' ? title : 'host']
  const parts = [items, ...[properties, $defs].flatMap((named) => Object.values(named ?? {}))]
  return [...new Set(parts.flatMap(hostTitles))]
}

/** The sentences alone, for a refusal and for what an upgrade asks on top; what several actions come to is said once. */
export const sentencesOf = ({ actions, hosts, hostFields }: Requested): string[] => [
  ...new Set([...actions, ...hosts, ...hostFields].map(({ sentence }) => sentence)),
]
