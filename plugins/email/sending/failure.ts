/** What went wrong with a mail, in words that name no person, and whether trying again can help. */
import type { Step } from '../outbox/message-schema.ts'

export interface Reason {
  readonly step: Step
  /** The server's answer, such as 450; null where it gave none. */
  readonly code: number | null
  readonly message: string
  /** Trying again cannot help. */
  readonly permanent: boolean
  /** The address takes no mail, now and later. */
  readonly bounced: boolean
}

export class Undelivered extends Error {
  override readonly name = 'Undelivered'
  readonly reason: Reason
  constructor(reason: Reason, cause?: unknown) {
    super(reason.message, cause === undefined ? undefined : { cause })
    this.reason = reason
  }
}

interface SmtpError {
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
  readonly message?: string
}

function stepOf({ code, command = '' }: SmtpError): Step {
  if (code === 'EDNS' || code === 'ENOTFOUND') return 'resolve'
  if (code === 'ETLS' || command === 'STARTTLS') return 'tls'
  if (code === 'EAUTH' || code === 'EOAUTH2' || code === 'ENOAUTH' || command.startsWith('AUTH')) return 'auth'
  if (command.startsWith('MAIL')) return 'sender'
  if (command.startsWith('RCPT')) return 'recipient'
  if (command.startsWith('DATA') || (command === 'API' && code === 'EMESSAGE')) return 'data'
  return 'connect'
}

/** Answers about the address itself (RFC 3463 5.1.x, 5.2.1) or a bare 550, 551, 553; 5.7.x is policy, and not its fault. */
const aboutAddress = (response: string, code: number): boolean => {
  const status = /\b5\.(\d+)\.(\d+)\b/.exec(response)
  if (status) return status[1] === '1' || (status[1] === '2' && status[2] === '1')
  return code === 550 || code === 551 || code === 553
}

const tlsTrouble = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/

export function reasonOf(error: unknown): Reason {
  if (error instanceof Undelivered) return error.reason
  const smtp = error as SmtpError
  const cause = (error as { cause?: SmtpError }).cause
  const tls =
    tlsTrouble.test(smtp.code ?? '') ||
    tlsTrouble.test(cause?.code ?? '') ||
    /certificate|SSL routines|wrong version/i.test(smtp.message ?? '')
  const step = tls && smtp.responseCode === undefined ? 'tls' : stepOf(smtp)
  const code = smtp.responseCode ?? null
  // A wrong password is mended by somebody, then the waiting mails go out.
  const permanent = code !== null && code >= 500 && (step === 'recipient' || step === 'data' || step === 'sender')
  const bounced = permanent && step === 'recipient' && aboutAddress(smtp.response ?? '', code)
  return { step, code, message: said(smtp), permanent, bounced }
}

/** The server's words without addresses: what stays in the list names nobody a second time. */
function said({ response, message, code }: SmtpError): string {
  // What is looked through for addresses is short: the server may be a stranger's, and it may say a megabyte.
  const words = (response || message || code || 'no answer').slice(0, 2000).replace(/[\p{Cc}\s]+/gu, ' ')
  return words.replace(/[^\s<>@"']+@[^\s<>@"']+/g, '(address)').slice(0, 300)
}

/** Minutes to wait after each failed attempt: 8 attempts in 24 hours. */
const waits = [1, 5, 15, 60, 180, 420, 759]
export const mostAttempts = waits.length + 1
/** When to try again after so many attempts; null: no more. */
export const nextAttempt = (attempts: number, now: Date): Date | null => {
  const minutes = waits[attempts - 1]
  return minutes === undefined ? null : new Date(now.getTime() + minutes * 60_000)
}
