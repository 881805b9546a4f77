import type { ShippedTemplate } from '../../refs.ts'
import { button, html, paragraph, plainLink, text } from './parts.ts'

export const passwordReset: ShippedTemplate = {
  id: 'password-reset',
  title: 'Forgotten password',
  germanTitle: 'Passwort vergessen',
  description: 'Sent to whoever says at the sign-in page that the password is forgotten. Always in the shipped words.',
  fixed: true,
  variables: {
    name: { title: 'Name of the person', example: 'Maria Velázquez' },
    link: { title: 'The one-time link', example: 'https://club.example/account/password#token=...', required: true },
  },
  texts: {
    en: {
      subject: 'A new password for {{ organization.name }}',
      html: html(
        paragraph('Hello{% if name != blank %} {{ name }}{% endif %},'),
        paragraph(
          'somebody, probably you, forgot the password of the account {{ recipient.email }} at <strong>{{ organization.name }}</strong>. With this link you choose a new one. It works once, for one hour.',
        ),
        button('{{ link }}', 'Choose a new password'),
        plainLink('{{ link }}'),
        paragraph('It was not you? Then leave it: your password stays as it is, and nobody else has got this link.'),
      ),
      text: text(
        'Hello{% if name != blank %} {{ name }}{% endif %},',
        'somebody, probably you, forgot the password of the account {{ recipient.email }} at {{ organization.name }}. With this link you choose a new one. It works once, for one hour.',
        '{{ link }}',
        'It was not you? Then leave it: your password stays as it is, and nobody else has got this link.',
      ),
    },
    de: {
      subject: 'Ein neues Passwort für {{ organization.name }}',
      html: html(
        paragraph('Hallo{% if name != blank %} {{ name }}{% endif %},'),
        paragraph(
          'jemand, wahrscheinlich Sie, hat das Passwort des Kontos {{ recipient.email }} bei <strong>{{ organization.name }}</strong> vergessen. Mit diesem Link wählen Sie ein neues. Er gilt einmal und eine Stunde lang.',
        ),
        button('{{ link }}', 'Neues Passwort wählen'),
        plainLink('{{ link }}'),
        paragraph(
          'Das waren nicht Sie? Dann lassen Sie die Mail liegen: Ihr Passwort bleibt, wie es ist, und niemand sonst hat diesen Link.',
        ),
      ),
      text: text(
        'Hallo{% if name != blank %} {{ name }}{% endif %},',
        'jemand, wahrscheinlich Sie, hat das Passwort des Kontos {{ recipient.email }} bei {{ organization.name }} vergessen. Mit diesem Link wählen Sie ein neues. Er gilt einmal und eine Stunde lang.',
        '{{ link }}',
        'Das waren nicht Sie? Dann lassen Sie die Mail liegen: Ihr Passwort bleibt, wie es ist, und niemand sonst hat diesen Link.',
      ),
    },
  },
}
