// What an installation can set, in one schema: types, defaults, environment variables, error texts and the pages that
// describe them. Read once at boot; a wrong value stops it.
export { annotatedYaml, exampleEnvironment, referencePage } from './documents.ts'
export { ConfigError, type ConfigSources, loadConfig, readConfig } from './load.ts'
export { mailSettingsOf } from './mail-settings.ts'
export { type Config, configSchema } from './schema.ts'
export { type EnvironmentVariable, environmentVariables } from './settings.ts'
export { namesInVault } from './vault.ts'
