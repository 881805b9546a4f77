/** Reads a definition as data: closed, so that what nobody checked cannot stand in it. */
import type { BotKind, BotManifest } from './bot.ts'
import { botCeilings, leastLimits, limitNames } from './bot-limits.ts'
import { cronFault, formProblems, isHostName, labelFault, secretPlaces } from './forms/index.ts'
import { jsonFault } from './forms/plain-json.ts'
import { ProblemList } from './forms/problem-list.ts'
import { isBag, step } from './forms/schema.ts'
import { didYouMean } from './nearest.ts'
import type { ProblemError } from './problems.ts'

type Bag = Readonly<Record<string, unknown>>

/** Bytes of a definition as JSON: the form, two forms of input, labels in another language. */
const manifestBytes = 131_072
const kinds: readonly BotKind[] = ['system', 'action', 'event']
const semver = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z-]{1,20}(\.[0-9A-Za-z-]{1,20}){0,4})?$/
const named = /^[a-z][A-Za-z0-9-]{0,59}(\.[A-Za-z0-9-]{1,60}){1,3}$/

/**
 * The manifest in what `defineBot` was given (functions left out), with defaults filled in; or what is wrong with it, at
 * most 20 places, with pointers into the definition. Whether actions and events exist is for whoever knows them.
 */
export function manifestOf(
  raw: unknown,
): { readonly manifest: BotManifest } | { readonly problems: readonly ProblemError[] } {
  const fault = jsonFault(raw, manifestBytes)
  if (fault) return { problems: [{ pointer: '', message: fault, code: 'size' }] }
  if (!isBag(raw)) return { problems: [{ pointer: '', message: 'Give defineBot an object', code: 'type' }] }
  const reading = new Reading()
  const manifest = reading.manifest(raw)
  const { errors } = reading.found
  return errors.length > 0 ? { problems: errors } : { manifest }
}

class Reading {
  readonly found = new ProblemList()

  /** Sound only when nothing was found. */
  manifest(raw: Bag): BotManifest {
    const { found } = this
    this.closed(raw, '', [
      'id',
      'version',
      'title',
      'description',
      'kind',
      'config',
      'triggers',
      'permissions',
      'limits',
      'translations',
    ])
    const { id, version, kind = 'event' } = raw
    if (typeof id !== 'string' || id.length > 60 || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
      found.add('/id', 'Write lower-case words joined by "-", at most 60 characters, such as welcome-email', 'id')
    if (typeof version !== 'string' || !semver.test(version))
      found.add('/version', 'Write a semantic version, such as 1.0.0', 'version')
    this.label(raw.title, '/title', 120)
    this.label(raw.description, '/description', 600)
    if (!kinds.includes(kind as BotKind)) found.add('/kind', `Write one of ${kinds.join(', ')}`, 'kind')
    return {
      id: id as string,
      version: version as string,
      title: raw.title as string,
      description: raw.description as string,
      kind: kind as BotKind,
      config: this.config(raw.config),
      triggers: this.triggers(raw.triggers),
      permissions: this.permissions(raw.permissions),
      limits: this.limits(raw.limits),
      translations: this.translations(raw.translations),
    }
  }

  /** @param such how it may look, where the names alone leave open what to write */
  closed(raw: unknown, pointer: string, names: readonly string[], such?: string): Bag {
    if (!isBag(raw)) {
      this.found.add(pointer, such ? `Write ${such}` : `Write an object with ${names.join(', ')}`, 'type')
      return {}
    }
    for (const name of Object.keys(raw))
      if (!this.found.full && !names.includes(name))
        this.found.add(pointer + step(name), `There may be ${names.join(', ')}${didYouMean(name, names)}`, 'keyword')
    return raw
  }

  label(text: unknown, pointer: string, max: number): undefined {
    const fault = labelFault(text, max)
    if (fault) this.found.add(pointer, fault, 'label')
  }

  form(schema: unknown, uiSchema: unknown, pointer: string): undefined {
    for (const error of formProblems(schema, uiSchema))
      this.found.add(pointer + error.pointer, error.message, error.code ?? 'schema')
  }

  config(raw: unknown): BotManifest['config'] {
    const such = '{ schema: { type: "object", properties: { ... } } }; without settings { schema: { type: "object" } }'
    const { schema, uiSchema = {} } = this.closed(raw, '/config', ['schema', 'uiSchema'], such)
    this.form(schema, uiSchema, '/config')
    return { schema: schema as object, uiSchema: uiSchema as BotManifest['config']['uiSchema'] }
  }

  triggers(raw: unknown): BotManifest['triggers'] {
    const { found } = this
    const at = '/triggers'
    const bag = this.closed(raw, at, ['events', 'cron', 'manual', 'api', 'webhook', 'action'])
    const events = this.list(bag.events, `${at}/events`, (name) => named.test(name), 'Write the id of an event')
    const { cron, webhook = false, action } = bag
    const due = '{ default: "0 7 * * 1" }: minute, hour, day, month, weekday'
    const times = cron === undefined ? null : this.closed(cron, `${at}/cron`, ['default', 'configurable'], due)
    const fault = times && isBag(cron) && cronFault(typeof times.default === 'string' ? times.default : '')
    if (fault) found.add(`${at}/cron/default`, fault, 'cron')
    if (times && !['boolean', 'undefined'].includes(typeof times.configurable))
      found.add(`${at}/cron/configurable`, 'Write true or false', 'type')
    if (typeof webhook !== 'boolean') found.add(`${at}/webhook`, 'Write true, or leave it out', 'type')
    const button = '{ target: "member" } or { target: "group" }'
    const target = action === undefined ? null : this.closed(action, `${at}/action`, ['target'], button).target
    if (target !== null && isBag(action) && target !== 'member' && target !== 'group')
      found.add(`${at}/action/target`, 'Write member or group', 'type')
    const triggers = {
      events,
      cron: times && { default: times.default as string, configurable: times.configurable !== false },
      manual: this.input(bag.manual, `${at}/manual`),
      api: this.input(bag.api, `${at}/api`),
      webhook: webhook === true,
      action: target === null ? null : { target: target as 'member' | 'group' },
    }
    if (
      found.errors.length === 0 &&
      events.length === 0 &&
      Object.values(triggers)
        .slice(1)
        .every((one) => !one)
    )
      found.add(at, 'Say what starts the bot: events, cron, manual, api, webhook or action', 'required')
    return triggers
  }

  input(raw: unknown, pointer: string): { readonly input: object | null } | null {
    if (raw === undefined) return null
    const { input } = this.closed(raw, pointer, ['input'], '{}, or { input: { type: "object", properties: { ... } } }')
    if (input === undefined) return { input: null }
    if (isBag(input) && isBag(input.schema) && input.type === undefined) {
      this.found.add(`${pointer}/input/schema`, 'The input is the schema itself: leave out "schema"', 'keyword')
      return { input: null }
    }
    for (const error of formProblems(input))
      this.found.add(`${pointer}/input${error.pointer.slice('/schema'.length)}`, error.message, error.code ?? 'schema')
    if (this.found.errors.length === 0)
      for (const place of secretPlaces(input as object))
        this.found.add(
          `${pointer}/input${place}`,
          'What is asked at a start reaches the bot as it is: let a secret be a setting, in config',
          'format',
        )
    return { input: input as object }
  }

  permissions(raw: unknown): BotManifest['permissions'] {
    const at = '/permissions'
    const such = '{ actions: ["members.get"] }: what it asks for; { actions: [] } for nothing'
    const { actions, hosts } = this.closed(raw, at, ['actions', 'hosts'], such)
    if (isBag(raw) && actions === undefined)
      this.found.add(`${at}/actions`, 'List the actions, or write []', 'required')
    return {
      actions: this.list(actions, `${at}/actions`, (name) => named.test(name), 'Write the id of an action'),
      hosts: this.list(
        hosts,
        `${at}/hosts`,
        isHostName,
        'Write the whole name of a host in lower case, such as api.example.org: no address, port, path or "*"',
      ),
    }
  }

  list(raw: unknown, pointer: string, fits: (text: string) => boolean, message: string): readonly string[] {
    if (raw === undefined) return []
    if (!Array.isArray(raw) || raw.length > 50) {
      this.found.add(pointer, 'Write a list of at most 50', 'type')
      return []
    }
    for (const [i, one] of raw.entries())
      if (typeof one !== 'string' || !fits(one)) this.found.add(pointer + step(i), message, 'format')
      else if (raw.indexOf(one) !== i) this.found.add(pointer + step(i), 'It is there twice; remove one', 'uniqueItems')
    return raw as readonly string[]
  }

  limits(raw: unknown): BotManifest['limits'] {
    if (raw === undefined) return {}
    const bag = this.closed(raw, '/limits', limitNames)
    for (const name of limitNames) {
      const [least, most] = [leastLimits[name], botCeilings[name]]
      const value = bag[name]
      if (value !== undefined && !(Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
        this.found.add(`/limits/${name}`, `Write a whole number from ${least} to ${most}`, 'range')
    }
    return bag as BotManifest['limits']
  }

  translations(raw: unknown): BotManifest['translations'] {
    if (raw === undefined) return {}
    const { de } = this.closed(raw, '/translations', ['de'])
    if (de === undefined) return {}
    if (!isBag(de))
      this.found.add('/translations/de', 'Write an object: the English text, and how it reads in German', 'type')
    else
      for (const [text, said] of Object.entries(de)) {
        const fault = labelFault(said, 1_000, true)
        if (fault) this.found.add(`/translations/de${step(text)}`, fault, 'label')
      }
    return { de: de as Readonly<Record<string, string>> }
  }
}
