/**
 * Secrets: the master key, what is sealed with it, and secrets that stand in Vault.
 * Nothing here logs a value; errors name the place and the remedy.
 */
export {
  hideSecrets,
  keepSealed,
  refuseSecretsInLists,
  sealSecrets,
  secretsSet,
  unsealSecrets,
} from './configuration-secrets.ts'
export { loadMasterKey, OtherMasterKey, readMasterKey, withMasterKey } from './master-key.ts'
export { PlatformSecrets, secretPlace } from './platform-secrets.ts'
export { SealBroken, Sealer } from './sealer.ts'
export { readVault, VaultAway, type VaultEntry } from './vault.ts'
