/** A pool of connections to one server, open for as long as one job sends. */
import type { Transporter } from 'nodemailer'
import type { Account } from './account.ts'
import { Undelivered } from './failure.ts'
import { addressOf } from './resolve.ts'

export interface Letter {
  readonly id: string
  readonly to: { readonly email: string; readonly name: string | null }
  readonly replyTo: string | null
  readonly subject: string
  readonly html: string
  readonly text: string
  /** For bulk mail: the address of one click. */
  readonly unsubscribeUrl: string | null
}

/** How many mails are on their way at once; no more than these can double when the process is killed. */
export const atOnce = 5
/** Longest time for one mail from the first byte to the server's word. */
const oneMailMs = 60_000

export class Post implements AsyncDisposable {
  readonly #transport: Transporter
  readonly #account: Account
  private constructor(transport: Transporter, account: Account) {
    this.#transport = transport
    this.#account = account
  }

  /** @throws Undelivered at the steps `auth` and `resolve` */
  static async open(account: Account): Promise<Post> {
    if (account.signsIn && !account.username && !account.oauth) throw nobody()
    const address = await addressOf(account)
    const tls = account.security === 'tls' || (account.security === 'auto' && account.port === 465)
    const { dkim, oauth } = account
    // Loaded with the first mail: a server that sends none does without.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      pool: true,
      maxConnections: atOnce,
      maxMessages: 200,
      // A connection that ends while the server decides may have been a yes: whether to send again is ours to say.
      maxRequeues: 0,
      host: address,
      port: account.port,
      secure: tls,
      requireTLS: account.security === 'starttls',
      ignoreTLS: account.security === 'none',
      tls: { servername: account.host, minVersion: 'TLSv1.2' },
      connectionTimeout: 15_000,
      greetingTimeout: 15_000,
      socketTimeout: 30_000,
      disableFileAccess: true,
      disableUrlAccess: true,
      // Else a server that offers no sign-in gets the mail without.
      forceAuth: account.signsIn,
      ...(oauth
        ? {
            auth: {
              type: 'OAuth2' as const,
              user: account.username || account.from.email,
              clientId: oauth.clientId,
              clientSecret: oauth.clientSecret,
              refreshToken: oauth.refreshToken,
              accessUrl: oauth.tokenUrl,
            },
          }
        : account.username
          ? { auth: { user: account.username, pass: account.password } }
          : {}),
      ...(dkim ? { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey } } : {}),
    })
    return new Post(transport, account)
  }

  /**
   * Resolves when the server has taken the mail over.
   * @throws what the server said; `reasonOf` reads it
   */
  async send(letter: Letter): Promise<void> {
    const { from } = this.#account
    const timer = new AbortController()
    const sent = this.#transport.sendMail({
      messageId: messageIdOf(letter.id, from.email),
      from: { name: from.name, address: from.email },
      to: { name: letter.to.name ?? '', address: letter.to.email },
      ...(letter.replyTo ? { replyTo: letter.replyTo } : {}),
      subject: letter.subject,
      html: letter.html,
      text: letter.text,
      headers: {
        // Out-of-office answers to machines help nobody (RFC 3834).
        'Auto-Submitted': 'auto-generated',
        ...(letter.unsubscribeUrl
          ? {
              'List-Unsubscribe': `<${letter.unsubscribeUrl}>`,
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
              Precedence: 'bulk',
            }
          : {}),
      },
    })
    try {
      await Promise.race([sent, overdue(timer.signal)])
    } finally {
      timer.abort()
      sent.catch(() => {})
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#transport.close()
  }
}

const nobody = () =>
  new Undelivered({
    step: 'auth',
    code: null,
    message: "The organisation's account has no user name.",
    permanent: false,
    bounced: false,
  })

/** `<mail>@<domain of the sender>`: the same at every attempt. */
export const messageIdOf = (id: string, from: string): string => `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`

function overdue(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = setTimeout(
    () => reject(Object.assign(new Error('The server takes too long'), { code: 'ETIMEDOUT' })),
    oneMailMs,
  )
  late.unref()
  signal.addEventListener('abort', () => clearTimeout(late), { once: true })
  return promise
}
