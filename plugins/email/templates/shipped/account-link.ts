import type { ShippedTemplate } from '../../refs.ts'
import { button, html, paragraph, plainLink, text } from './parts.ts'

export const accountLink: ShippedTemplate = {
  id: 'account-link',
  title: 'Set the password',
  germanTitle: 'Passwort setzen',
  description: 'Sent with a one-time link at which the password of an account is chosen, for the first time or anew.',
  variables: {
    name: { title: 'Name of the person', example: 'Maria Velázquez' },
    link: { title: 'The one-time link', example: 'https://club.example/account/password#token=...', required: true },
  },
  texts: {
    en: {
      subject: 'Choose your password for {{ organization.name }}',
      html: html(
        paragraph('Hello{% if name != blank %} {{ name }}{% endif %},'),
        paragraph(
          'with this link you choose the password for your account at <strong>{{ organization.name }}</strong>. It works once, for seven days.',
        ),
        button('{{ link }}', 'Choose a password'),
        plainLink('{{ link }}'),
        paragraph('You did not ask for it? Then leave it: your account stays as it is.'),
      ),
      text: text(
        'Hello{% if name != blank %} {{ name }}{% endif %},',
        'with this link you choose the password for your account at {{ organization.name }}. It works once, for seven days.',
        '{{ link }}',
        'You did not ask for it? Then leave it: your account stays as it is.',
      ),
    },
    de: {
      subject: 'Ihr Passwort für {{ organization.name }}',
      html: html(
        paragraph('Hallo{% if name != blank %} {{ name }}{% endif %},'),
        paragraph(
          'mit diesem Link wählen Sie das Passwort für Ihr Konto bei <strong>{{ organization.name }}</strong>. Er gilt einmal und sieben Tage lang.',
        ),
        button('{{ link }}', 'Passwort wählen'),
        plainLink('{{ link }}'),
        paragraph('Sie haben ihn nicht angefordert? Dann lassen Sie ihn liegen: Ihr Konto bleibt, wie es ist.'),
      ),
      text: text(
        'Hallo{% if name != blank %} {{ name }}{% endif %},',
        'mit diesem Link wählen Sie das Passwort für Ihr Konto bei {{ organization.name }}. Er gilt einmal und sieben Tage lang.',
        '{{ link }}',
        'Sie haben ihn nicht angefordert? Dann lassen Sie ihn liegen: Ihr Konto bleibt, wie es ist.',
      ),
    },
  },
}
