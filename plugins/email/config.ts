import { Closed, Email, LongText, Text, Url } from '@guildhall/sdk'
import Type, { type Static } from 'typebox'

const Secret = (description: string) => Type.String({ maxLength: 4000, 'x-secret': true, description })

/** OAuth 2 by a refresh token: the only way at Office 365, one of two at Gmail. The addresses are the providers' own. */
const OAuth = Closed({
  provider: Type.Enum(['google', 'microsoft']),
  directory: Type.Optional(
    Text(100, { description: 'Microsoft: id or domain of the directory', examples: ['club.onmicrosoft.com'] }),
  ),
  clientId: Text(300),
  clientSecret: Type.Optional(Secret('Secret of the registered application')),
  refreshToken: Type.Optional(Secret('From the consent of the account that sends')),
})

const Account = Closed({
  server: Text(253, { description: 'SMTP server', examples: ['smtp.example.org'] }),
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587 }),
  security: Type.Enum(['auto', 'tls', 'starttls', 'none'], {
    default: 'auto',
    description: 'auto: TLS from the start on port 465, else STARTTLS where it is offered',
  }),
  fromEmail: Email({ description: 'Sender' }),
  username: Text(320, { description: "Who signs in there: what a server takes without is the operator's to send" }),
  password: Type.Optional(Secret('Password, or app password, of the account')),
  oauth: Type.Optional(OAuth),
})

/** What an organisation decides about its mails. */
export const EmailConfig = Closed({
  fromName: Type.Optional(Text(200, { description: "Name of the sender; default: the organisation's" })),
  replyTo: Type.Optional(Email({ description: 'Answers go here' })),
  colour: Type.String({
    default: '#1f5f8b',
    maxLength: 7,
    pattern: '^#[0-9a-fA-F]{6}$',
    'x-says': 'must be a colour such as #1f5f8b',
    description: 'Colour of the head and of buttons',
  }),
  logo: Type.Optional(Url({ description: 'Address of a picture for the head' })),
  footer: Type.Optional(LongText(1000, { description: 'Below every mail, such as the postal address' })),
  mailsAMinute: Type.Integer({ minimum: 1, maximum: 100, default: 100, description: 'More wait for the next minute' }),
  keepDays: Type.Integer({
    minimum: 30,
    maximum: 3650,
    default: 90,
    description: 'Days that mails which are done stay in the list',
  }),
  account: Type.Optional(Account),
})
export type EmailConfig = Static<typeof EmailConfig>
export type OwnAccount = Static<typeof Account>
