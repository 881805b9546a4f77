/**
 * The test kit: the real platform with a movable clock, on a database cloned from a migrated template.
 * `const platform = await startTestPlatform(); const club = await platform.tenant('Club'); const admin = await club.admin()`
 */
export { createEmptyDatabase, createTestDatabase, type TestDatabase, testMasterKey } from './database.ts'
export { startTestPlatform, TestPlatform, type TestPlatformOptions } from './platform.ts'
export { type SignedIn, signIn } from './sign-in.ts'
export { type TestClient, TestTenant } from './tenant.ts'
