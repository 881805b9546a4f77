import type { ShippedTemplate } from '../../refs.ts'
import { button, html, paragraph, plainLink, text } from './parts.ts'

export const addressProof: ShippedTemplate = {
  id: 'address-proof',
  title: 'Confirm the address',
  germanTitle: 'Adresse bestätigen',
  description: 'Sent to whoever wants to confirm the address of the own account. Always in the shipped words.',
  fixed: true,
  variables: {
    name: { title: 'Name of the person', example: 'Maria Velázquez' },
    link: { title: 'The one-time link', example: 'https://club.example/account/address#token=...', required: true },
  },
  texts: {
    en: {
      subject: 'Confirm your address for {{ organization.name }}',
      html: html(
        paragraph('Hello{% if name != blank %} {{ name }}{% endif %},'),
        paragraph(
          'with this link and your password you confirm that {{ recipient.email }} is the address of your account at <strong>{{ organization.name }}</strong>. It works once, for a day.',
        ),
        button('{{ link }}', 'Confirm the address'),
        plainLink('{{ link }}'),
        paragraph('You have no account there, or did not ask for this? Then leave it, and type no password anywhere.'),
      ),
      text: text(
        'Hello{% if name != blank %} {{ name }}{% endif %},',
        'with this link and your password you confirm that {{ recipient.email }} is the address of your account at {{ organization.name }}. It works once, for a day.',
        '{{ link }}',
        'You have no account there, or did not ask for this? Then leave it, and type no password anywhere.',
      ),
    },
    de: {
      subject: 'Bestätigen Sie Ihre Adresse für {{ organization.name }}',
      html: html(
        paragraph('Hallo{% if name != blank %} {{ name }}{% endif %},'),
        paragraph(
          'mit diesem Link und Ihrem Passwort bestätigen Sie, dass {{ recipient.email }} die Adresse Ihres Kontos bei <strong>{{ organization.name }}</strong> ist. Er gilt einmal und einen Tag lang.',
        ),
        button('{{ link }}', 'Adresse bestätigen'),
        plainLink('{{ link }}'),
        paragraph(
          'Sie haben dort kein Konto, oder das nicht angefordert? Dann lassen Sie die Mail liegen und geben Sie nirgends ein Passwort ein.',
        ),
      ),
      text: text(
        'Hallo{% if name != blank %} {{ name }}{% endif %},',
        'mit diesem Link und Ihrem Passwort bestätigen Sie, dass {{ recipient.email }} die Adresse Ihres Kontos bei {{ organization.name }} ist. Er gilt einmal und einen Tag lang.',
        '{{ link }}',
        'Sie haben dort kein Konto, oder das nicht angefordert? Dann lassen Sie die Mail liegen und geben Sie nirgends ein Passwort ein.',
      ),
    },
  },
}
