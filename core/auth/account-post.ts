/** A mail about an account: it is the platform's, and needs an organisation only for its outbox and its letterhead. */
export interface AccountMail {
  /** What it says, as whoever sends mails knows it. */
  readonly template: 'password-reset' | 'address-proof'
  /** Ids; the first that has an outbox takes it. */
  readonly organizations: readonly string[]
  readonly to: { readonly email: string; readonly name: string | null }
  readonly language: 'de' | 'en'
  /** One-time; nobody but the mailbox may see it. */
  readonly link: string
}

/** Who carries such mails. Core knows no mails: `createIdentity` is given one. */
export interface AccountPost {
  /** Whether the operator has set a server; without one they wait in the outbox. */
  readonly carries: boolean
  /** False when no organisation has an outbox. */
  send(mail: AccountMail): Promise<boolean>
}

export const noPost: AccountPost = { carries: false, send: async () => false }
