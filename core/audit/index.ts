/**
 * Reading the audit trail. Rows are written with the change itself (events/write-effects.ts), denied attempts and
 * sign-ins beside it; here they are listed and exported. Reading leaves a row too (SECURITY §4).
 */
export { AuditView, auditListing, auditPage, auditPages } from './audit-trail.ts'
export { noteReading } from './note-reading.ts'
