/** What other plugins may import of e-mail: mails from templates, and notifications in people's inboxes. Types and ids only. */
import { eventRef, extensionPoint, serviceRef, Text, type Tx, Uuid } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

export interface NewMail {
  /** Id of a template: one of ours, of a plugin, or one the organisation wrote. */
  readonly template: string
  readonly to: { readonly email: string; readonly name?: string | null }
  /** `de` or `en`; default: the organisation's first language. */
  readonly language?: string
  /** What the template says `{{ ... }}` of. Kept sealed, and forgotten once the mail has left. */
  readonly data: Readonly<Record<string, unknown>>
  /** Of two mails with the same key in this organisation only the first is sent. */
  readonly key?: string
  /** `notice` (default) goes to everybody; `bulk` carries an unsubscribe header and spares whoever unsubscribed. */
  readonly kind?: 'notice' | 'bulk'
  readonly memberId?: string
  /** Answers go here instead of the organisation's address. */
  readonly replyTo?: string
  /**
   * It proves who reads the mailbox: only the operator's own server carries it, in the words that were shipped, and
   * nobody of the organisation reads it. Send one only where `carriers().confidential` says so.
   */
  readonly confidential?: boolean
}

export interface EmailService {
  /**
   * Puts a mail into the outbox; it leaves after the commit. Gives the earlier mail's id where the key is taken.
   * @throws Problem 404 for an unknown template, 400 for an address that is none or data the template cannot do without
   */
  send(tx: Tx, mail: NewMail): Promise<{ readonly id: string; readonly duplicate: boolean }>
  /** Whether mails can be made from it here: ours, a plugin's that is on, or one the organisation wrote. */
  hasTemplate(tx: Tx, id: string): Promise<boolean>
  /** Mails to a member who was merged into another belong to that one. @returns how many */
  moveMails(tx: Tx, o: { readonly from: string; readonly to: string }): Promise<number>
  /** Whether mails leave the outbox here: through any server, and through the operator's. */
  carriers(): { readonly any: boolean; readonly confidential: boolean }
}
export const emailService = serviceRef<EmailService>({ id: 'email.mails', scope: 'tenant' })

/** A template that a plugin or bot brings; organisations change it in their own copy. */
export interface ShippedTemplate {
  /** `<plugin>.<name>`; ours have no plugin: invitation, welcome, expiry-reminder, suspension, account-link, password-reset,
   * address-proof. */
  readonly id: string
  readonly title: string
  /** The title where people read German. Default: the same. */
  readonly germanTitle?: string
  /** It proves who reads a mailbox: only confidential mails are made from it, and nobody changes its words. */
  readonly fixed?: boolean
  /** When it is sent, for whoever edits it. */
  readonly description: string
  /** Names it may use, with an example each: the preview shows them. `required` ones must be given. */
  readonly variables: Readonly<
    Record<string, { readonly title: string; readonly example: unknown; readonly required?: boolean }>
  >
  /** Liquid; `text` is the plain form. */
  readonly texts: Readonly<
    Record<'de' | 'en', { readonly subject: string; readonly html: string; readonly text: string }>
  >
}
/** Tries the settings: one mail at once, past the outbox; the command line asks for it by this id. */
export interface MailTestService {
  /** `step` says where it failed; null when the server has taken the mail over. */
  send(to: string): Promise<{
    readonly sent: boolean
    readonly step: string | null
    readonly code: number | null
    readonly message: string
    /** Names the settings to look at; null when it was sent. */
    readonly remedy: string | null
  }>
}
export const mailTestService = serviceRef<MailTestService>({ id: 'email.tests', scope: 'tenant' })

/** A person of the register, as mails and notifications know him. */
export interface MailPerson {
  readonly memberId: string
  readonly email: string | null
  readonly name: string
  readonly language: string | null
  /** The account he signs in with. */
  readonly userId: string | null
}
/** Who the people here are: members contributes it, and e-mail need not depend on the register. */
export interface MailPeople {
  readonly id: string
  /** Living ones. */
  byId(tx: Tx, memberIds: readonly string[]): Promise<readonly MailPerson[]>
  byEmail(tx: Tx, email: string): Promise<MailPerson | null>
  /** Accounts of those who have one of these roles by their record. */
  usersWithRole(tx: Tx, roles: readonly string[]): Promise<readonly string[]>
}
export const mailPeople = extensionPoint<MailPeople>({ id: 'email.people' })

export const emailTemplates = extensionPoint<ShippedTemplate>({ id: 'email.templates' })

export type Severity = 'info' | 'warning' | 'critical'
export interface NewNotification {
  /** Users of this organisation: by id, by a role they hold here, by the member record linked to them. */
  readonly to: {
    readonly users?: readonly string[]
    readonly roles?: readonly string[]
    readonly members?: readonly string[]
  }
  /** What it is about, such as `bots.failed`: people switch kinds off. */
  readonly kind: string
  readonly title: string
  readonly text?: string
  /** Path of the page that shows more. */
  readonly link?: string
  readonly severity?: Severity
  /** An alert comes again every so many hours until somebody acknowledges it. */
  readonly repeatHours?: number
  /** Of two with the same key that nobody has read, the second only renews the first. */
  readonly key?: string
}
export interface NotificationsService {
  /** Writes into the inboxes, and mails whoever wants this kind by mail. Gives the number of people told. */
  send(tx: Tx, notification: NewNotification): Promise<number>
}
export const notificationsService = serviceRef<NotificationsService>({ id: 'email.notifications', scope: 'tenant' })

const Sent = Type.Object({ mailId: Uuid(), template: Text(120) })
const example = { mailId: '0198c5f0-3f6c-7cc0-8a51-5b2f5a3f7f10', template: 'welcome' }
export const mailSent = eventRef({
  id: 'email.sent',
  version: 1,
  title: 'A mail was handed over',
  payload: Sent,
  example,
})
export const mailFailed = eventRef({
  id: 'email.failed',
  version: 1,
  title: 'A mail was given up',
  payload: Sent,
  example,
})

declare module '@guildhall/sdk' {
  interface EventRegistry {
    'email.sent': Static<typeof Sent>
    'email.failed': Static<typeof Sent>
  }
}
