/**
 * Who may do what, where. Grants and roles are compiled, per principal and organisation, into permission -> areas of
 * the tree; a check is a prefix test, a list gets the same areas as SQL (`reachSql` of the SDK), and `explain` tells
 * which grant allows or what each lacks. All of it is pure: loading and caching stand around it (SECURITY §3).
 */
export * from './builtin-roles.ts'
export * from './check.ts'
export { type Compiled, type CompileInput, compile, type Held } from './compile.ts'
export * from './explain.ts'
export * from './granting.ts'
export * from './tenant-role.ts'
