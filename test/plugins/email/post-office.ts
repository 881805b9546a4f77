import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { MailSettings } from '@guildhall/sdk'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail as the server got it. */
export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
  readonly mail: ParsedMail
  readonly messageId: string
}

/** A real SMTP server on the loopback that keeps what it gets. */
export class PostOffice implements AsyncDisposable {
  readonly received: Received[] = []
  readonly port: number
  readonly #server: SMTPServer
  private constructor(server: SMTPServer, port: number, received: Received[]) {
    this.#server = server
    this.port = port
    this.received = received
  }

  /** @param answer throws what the server says at the end of DATA; `responseCode` is its number */
  static async open(
    o: SMTPServerOptions & { answer?: (received: Received) => Promise<void> | void } = {},
  ): Promise<PostOffice> {
    const { answer, ...options } = o
    const received: Received[] = []
    const server = new SMTPServer({
      disabledCommands: options.onAuth ? [] : ['AUTH', 'STARTTLS'],
      authOptional: !options.onAuth,
      logger: false,
      disableReverseLookup: true,
      onData(stream, session, callback) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', async () => {
          const raw = Buffer.concat(chunks).toString('utf8')
          const mail = await simpleParser(raw)
          const one: Received = {
            from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
            to: session.envelope.rcptTo.map(({ address }) => address),
            raw,
            mail,
            messageId: mail.messageId ?? '',
          }
          try {
            await answer?.(one)
          } catch (error) {
            callback(error as Error)
            return
          }
          received.push(one)
          callback(null)
        })
      },
      ...options,
    })
    server.on('error', () => {})
    const listening = server.listen(0, '127.0.0.1')
    await once(listening, 'listening')
    return new PostOffice(server, (listening.address() as AddressInfo).port, received)
  }

  /** The platform's settings that reach this server. */
  settings(o: Partial<MailSettings> = {}): MailSettings {
    return {
      server: 'localhost',
      port: this.port,
      username: '',
      password: '',
      fromEmail: 'post@club.example',
      fromName: 'Guildhall',
      security: 'none',
      oauth: { clientId: '', clientSecret: '', refreshToken: '', tokenUrl: '' },
      dkim: { domain: '', selector: '', privateKey: '' },
      ...o,
    }
  }

  /** Those to an address, the first first. */
  to(address: string): Received[] {
    return this.received.filter(({ to }) => to.includes(address))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    await promise
  }
}

/** What a server says, with its number. */
export const says = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })
