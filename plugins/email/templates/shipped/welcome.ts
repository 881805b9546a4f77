import type { ShippedTemplate } from '../../refs.ts'
import { button, html, paragraph, text } from './parts.ts'

export const welcome: ShippedTemplate = {
  id: 'welcome',
  title: 'Welcome',
  germanTitle: 'Willkommen',
  description: 'Sent to a new member: after an invitation was accepted, or when staff add somebody with `sendWelcome`.',
  variables: {
    name: { title: 'Name of the member', example: 'Maria Velázquez', required: true },
    link: { title: 'Start page', example: 'https://club.example/' },
  },
  texts: {
    en: {
      subject: 'Welcome to {{ organization.name }}!',
      html: html(
        paragraph('Hello {{ name }},'),
        paragraph(
          'how nice that you are with us! From today you are a member of <strong>{{ organization.name }}</strong>.',
        ),
        paragraph('Come by, have a look around, and do ask: everybody here was new once.'),
        `{% if link != blank %}${button('{{ link }}', 'To the start page')}{% endif %}`,
        paragraph('See you soon<br>{{ organization.name }}'),
      ),
      text: text(
        'Hello {{ name }},',
        'how nice that you are with us! From today you are a member of {{ organization.name }}.',
        'Come by, have a look around, and do ask: everybody here was new once.',
        '{% if link != blank %}{{ link }}{% endif %}',
        'See you soon\n{{ organization.name }}',
      ),
    },
    de: {
      subject: 'Willkommen bei {{ organization.name }}!',
      html: html(
        paragraph('Hallo {{ name }},'),
        paragraph(
          'schön, dass Sie dabei sind! Ab heute sind Sie Mitglied von <strong>{{ organization.name }}</strong>.',
        ),
        paragraph('Kommen Sie vorbei, schauen Sie sich um und fragen Sie ruhig: Jeder hier war einmal neu.'),
        `{% if link != blank %}${button('{{ link }}', 'Zur Startseite')}{% endif %}`,
        paragraph('Bis bald<br>{{ organization.name }}'),
      ),
      text: text(
        'Hallo {{ name }},',
        'schön, dass Sie dabei sind! Ab heute sind Sie Mitglied von {{ organization.name }}.',
        'Kommen Sie vorbei, schauen Sie sich um und fragen Sie ruhig: Jeder hier war einmal neu.',
        '{% if link != blank %}{{ link }}{% endif %}',
        'Bis bald\n{{ organization.name }}',
      ),
    },
  },
}
