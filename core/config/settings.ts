import type { TSchema } from 'typebox'
import { configSchema } from './schema.ts'

/** One leaf of the configuration. */
export interface ConfigSetting {
  /** `server.port` */
  path: string
  schema: TSchema & SettingNotes
}

interface SettingNotes {
  type?: string
  default?: string | number | boolean | string[]
  description: string
  env?: string
  secret?: boolean
  allowed?: string
  enum?: string[]
  minimum?: number
  maximum?: number
}

/** One variable of the environment, for .env.example and the reference page. */
export interface EnvironmentVariable {
  name: string
  path: string
  sentence: string
  /** As it would be written; '' where nothing is set. */
  default: string
  secret: boolean
}

type Branch = { properties: Record<string, TSchema>; description: string }

export const isSection = (schema: unknown): schema is Branch =>
  typeof schema === 'object' && schema !== null && 'properties' in schema

/** Every setting in the order of the schema. */
export const configSettings: ConfigSetting[] = Object.entries(configSchema.properties).flatMap(([key, schema]) =>
  isSection(schema)
    ? Object.entries(schema.properties).map(([name, leaf]) => ({ path: `${key}.${name}`, schema: leaf as never }))
    : [{ path: key, schema: schema as never }],
)

export const settingAt = (path: string): ConfigSetting | undefined => configSettings.find((one) => one.path === path)

export const environmentVariables: EnvironmentVariable[] = configSettings.flatMap(({ path, schema }) =>
  schema.env
    ? [
        {
          name: schema.env,
          path,
          sentence: schema.description,
          default: Array.isArray(schema.default) ? schema.default.join(',') : String(schema.default ?? ''),
          secret: schema.secret === true,
        },
      ]
    : [],
)
