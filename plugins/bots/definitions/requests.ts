import type { ActionDescription, BotManifest } from '@guildhall/sdk'

export type Language = 'de' | 'en'

/** What a version asks an administrator for, as sentences. */
export interface Requested {
  readonly actions: readonly RequestedAction[]
  readonly hosts: readonly { readonly host: string; readonly sentence: string }[]
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

const words: Readonly<Record<Language, Readonly<Record<RequestedAction['effect'], string>>>> = {
  en: {
    read: 'It may read',
    write: 'It may change',
    destructive: 'It may delete or end',
    unknown: 'It asks for something that is switched off here',
  },
  de: {
    read: 'Darf lesen',
    write: 'Darf ändern',
    destructive: 'Darf löschen oder beenden',
    unknown: 'Verlangt etwas, das hier ausgeschaltet ist',
  },
}
const calls: Readonly<Record<Language, (host: string) => string>> = {
  en: (host) => `It may call ${host} over https and send data there; a call can arrive more than once.`,
  de: (host) => `Darf ${host} über https aufrufen und Daten dorthin senden; ein Aufruf kann mehrfach ankommen.`,
}

export function requestedBy(
  manifest: Pick<BotManifest, 'permissions'>,
  known: readonly ActionDescription[],
  language: Language,
): Requested {
  const byId = new Map(known.map((action) => [action.id, action]))
  return {
    actions: manifest.permissions.actions.map((id) => {
      const action = byId.get(id)
      const effect = action?.effect ?? 'unknown'
      const title = action?.title ?? id
      return {
        id,
        title,
        effect,
        requires: action?.requires ?? null,
        available: action !== undefined,
        sentence: `${words[language][effect]}: ${title}.`,
      }
    }),
    hosts: manifest.permissions.hosts.map((host) => ({ host, sentence: calls[language](host) })),
  }
}

/** The sentences alone, for a refusal and for what an upgrade asks on top. */
export const sentencesOf = (requested: Requested): string[] => [
  ...requested.actions.map(({ sentence }) => sentence),
  ...requested.hosts.map(({ sentence }) => sentence),
]
