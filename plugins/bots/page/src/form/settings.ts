import { withFormDefaults } from '../../../../../sdk/forms/index.ts'
import type { Bot, Consent } from '../api/shapes.ts'

type Bag = Readonly<Record<string, unknown>>
const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `null` says "none" in the API; a form says it by leaving the part empty. */
const withoutNull = (value: unknown): unknown =>
  isBag(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNull(inner)]])),
      )
    : value

/** What the form shows first: how the bot is set, else how it would be. */
export function settingsOf({ form, settings }: Bot): Bag {
  if (settings) {
    const { triggers, config, notifications } = settings
    return { triggers: withoutNull(triggers), config, notifications: withoutNull(notifications) }
  }
  return {
    triggers: withFormDefaults(form.when.schema, {}),
    config: withFormDefaults(form.what.schema, {}),
    notifications: withFormDefaults(form.who.schema, {}),
  }
}

const propertiesOf = (schema: unknown): Readonly<Record<string, unknown>> =>
  ((schema as { properties?: Bag } | undefined)?.properties ?? {}) as Bag

/** The form's value as `configure` takes it: a part that stands empty in the form is `null`, for what is left out stays. */
export function configurationOf({ form }: Bot, value: Bag): Bag {
  const triggers = (value.triggers ?? {}) as Bag
  const eventForms = propertiesOf(propertiesOf(form.when.schema).events)
  const events = Object.entries((triggers.events ?? {}) as Readonly<Record<string, Bag>>).map(([name, event]) => [
    name,
    'condition' in propertiesOf(eventForms[name]) ? { condition: null, ...event } : event,
  ])
  const told = (value.notifications ?? {}) as Bag
  return {
    triggers: { ...triggers, ...(events.length > 0 ? { events: Object.fromEntries(events) } : {}) },
    config: value.config ?? {},
    notifications: Object.fromEntries(
      Object.keys(propertiesOf(form.who.schema)).map((name) => [name, told[name] ?? null]),
    ),
  }
}

/** Exactly what stands on the screen as sentences. */
export const consentTo = ({ permissions }: Bot): Consent => ({
  actions: permissions.actions.map(({ id }) => id),
  hosts: permissions.hosts.map(({ host }) => host),
})
