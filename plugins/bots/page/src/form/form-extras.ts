import type { RJSFSchema, WidgetProps } from '@rjsf/utils'

/** What widgets know beside their own field: RJSF hands it through as `formContext`. */
export interface FormExtras {
  readonly [key: string]: unknown
  /** Id of the bot, for the next runs of its cron. */
  readonly botId: string
  /** Hosts the administrator may choose from. */
  readonly hosts: readonly string[]
}

type Bag = Readonly<Record<string, unknown>>
export type Widget = WidgetProps<Bag, RJSFSchema, FormExtras>

/** The attributes every Mantine input takes from a widget. */
export function inputOf(props: Widget) {
  const { id, label, hideLabel, required, disabled, readonly, rawErrors, schema, options, placeholder } = props
  return {
    id,
    label: hideLabel ? undefined : label,
    description: hideLabel ? undefined : (options.description ?? schema.description),
    required: required ?? false,
    disabled: disabled || readonly || false,
    placeholder: placeholder || undefined,
    error: rawErrors?.length ? rawErrors.join('\n') : undefined,
  }
}
