import { withFormDefaults } from '../../../../../sdk/forms/index.ts'
import type { Bot, Consent } from '../api/shapes.ts'

type Bag = Readonly<Record<string, unknown>>
const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

const propertiesOf = (schema: unknown): Readonly<Record<string, unknown>> =>
  ((schema as { properties?: Bag } | undefined)?.properties ?? {}) as Bag

/** `null` says "none" in the API; a form says it by leaving the part empty. */
const withoutNull = (value: unknown): unknown =>
  isBag(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNull(inner)]])),
      )
    : value

/** The fields the form has: what it does not show stays as it is. */
const shownOf = (schema: unknown, value: unknown): unknown => {
  const fields = propertiesOf(schema)
  return isBag(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]) =>
          name in fields ? [[name, shownOf(fields[name], inner)]] : [],
        ),
      )
    : value
}

/** What the form shows first: how the bot is set, else how it would be. */
export function settingsOf({ form, settings }: Bot): Bag {
  if (settings) {
    const { triggers, config, notifications } = settings
    return {
      triggers: shownOf(form.when.schema, withoutNull(triggers)),
      config,
      notifications: shownOf(form.who.schema, withoutNull(notifications)),
    }
  }
  return {
    triggers: withFormDefaults(form.when.schema, {}),
    config: withFormDefaults(form.what.schema, {}),
    notifications: withFormDefaults(form.who.schema, {}),
  }
}

/** The form's value as `configure` takes it: a part that stands empty in the form is `null`, for what is left out stays. */
export function configurationOf(bot: Bot, value: Bag): Bag {
  const { form } = bot
  const triggers = (value.triggers ?? {}) as Bag
  const eventForms = propertiesOf(propertiesOf(form.when.schema).events)
  const events = Object.entries((triggers.events ?? {}) as Readonly<Record<string, Bag>>).map(([name, event]) => [
    name,
    'condition' in propertiesOf(eventForms[name]) ? { condition: null, ...event } : event,
  ])
  const told = (value.notifications ?? {}) as Bag
  const before = (settingsOf(bot).notifications ?? {}) as Bag
  const occasions = Object.keys(propertiesOf(form.who.schema)).filter((name) => !same(told[name], before[name]))
  return {
    triggers: { ...triggers, ...(events.length > 0 ? { events: Object.fromEntries(events) } : {}) },
    config: value.config ?? {},
    // What nobody touched is not sent: it stays, and at the first time it is what the platform thinks right.
    notifications: Object.fromEntries(occasions.map((name) => [name, told[name] ?? null])),
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Exactly what stands on the screen as sentences. */
export const consentTo = ({ permissions }: Bot): Consent => ({
  actions: permissions.actions.map(({ id }) => id),
  hosts: permissions.hosts.map(({ host }) => host),
})
