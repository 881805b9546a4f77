/** Frames without words of their own: a mail somebody writes, a notification by mail, the test of a server. */
import type { ShippedTemplate } from '../../refs.ts'
import { button, html, paragraph, text } from './parts.ts'

const lines = (variable: string) =>
  `{% assign lines = ${variable} | split: "\\n" %}{% for line in lines %}{% if line != blank %}${paragraph('{{ line }}')}{% endif %}{% endfor %}`

const written = {
  subject: '{{ subject }}',
  html: lines('text'),
  text: '{{ text }}',
}
export const message: ShippedTemplate = {
  id: 'message',
  title: 'Free text',
  germanTitle: 'Freier Text',
  description: 'The frame of a mail whose subject and text are written for the occasion.',
  variables: {
    subject: { title: 'Subject', example: 'Open day on Saturday', required: true },
    text: { title: 'Text, a paragraph a line', example: 'We open at ten.\nBring a friend!', required: true },
  },
  texts: { en: written, de: written },
}

const notice = (label: string) => ({
  subject: '{{ title }}',
  html: html(
    paragraph('<strong>{{ title }}</strong>'),
    `{% if text != blank %}${lines('text')}{% endif %}`,
    `{% if link != blank %}${button('{{ link }}', label)}{% endif %}`,
  ),
  text: text('{{ title }}', '{{ text }}', '{{ link }}'),
})
export const notification: ShippedTemplate = {
  id: 'notification',
  title: 'Notification',
  germanTitle: 'Benachrichtigung',
  description: "The mail form of what stands in somebody's inbox.",
  variables: {
    title: { title: 'What happened', example: 'A bot was switched off', required: true },
    text: { title: 'More about it', example: 'It failed five times in a row.' },
    link: { title: 'Where there is more', example: 'https://club.example/bots/weekly-report' },
  },
  texts: { en: notice('Show'), de: notice('Ansehen') },
}

export const testMail: ShippedTemplate = {
  id: 'test',
  title: 'Test of the mail server',
  germanTitle: 'Test des Mailservers',
  description: 'Sent when somebody tries the settings.',
  variables: {},
  texts: {
    en: {
      subject: 'Test mail of {{ organization.name }}',
      html: paragraph('This mail arrived, so the settings of <strong>{{ organization.name }}</strong> are right.'),
      text: 'This mail arrived, so the settings of {{ organization.name }} are right.',
    },
    de: {
      subject: 'Testmail von {{ organization.name }}',
      html: paragraph(
        'Diese Mail ist angekommen: Die Einstellungen von <strong>{{ organization.name }}</strong> stimmen.',
      ),
      text: 'Diese Mail ist angekommen: Die Einstellungen von {{ organization.name }} stimmen.',
    },
  },
}
