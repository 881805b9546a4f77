import type { ShippedTemplate } from '../../refs.ts'
import { button, html, paragraph, plainLink, quoted, text } from './parts.ts'

export const invitation: ShippedTemplate = {
  id: 'invitation',
  title: 'Invitation',
  germanTitle: 'Einladung',
  description: 'Sent when somebody is invited, and when the invitation is sent again.',
  variables: {
    link: {
      title: 'Where the invitation is accepted',
      example: 'https://club.example/api/v1/members/invites/token/accept',
      required: true,
    },
    role: { title: 'Name of the role', example: 'Maker' },
    plan: { title: 'Name of the plan', example: 'Basic Maker' },
    groups: { title: 'Names of the groups', example: 'Wood workshop' },
    message: { title: 'What the inviter writes', example: 'We look forward to seeing you on Thursday!' },
    expiresOn: { title: 'Last day', example: '2027-03-14' },
  },
  texts: {
    en: {
      subject: 'You are invited to {{ organization.name }}',
      html: html(
        paragraph('Hello,'),
        paragraph(
          '<strong>{{ organization.name }}</strong> would like you to join, and has prepared everything for you.',
        ),
        `{% if message != blank %}${quoted('message')}{% endif %}`,
        '{% if role != blank %}<p style="margin:0 0 4px">Your role: <strong>{{ role }}</strong></p>{% endif %}',
        '{% if plan != blank %}<p style="margin:0 0 4px">Your plan: <strong>{{ plan }}</strong></p>{% endif %}',
        '{% if groups != blank %}<p style="margin:0 0 4px">Your groups: <strong>{{ groups }}</strong></p>{% endif %}',
        button('{{ link }}', 'Accept the invitation'),
        plainLink('{{ link }}'),
        '{% if expiresOn != blank %}<p style="margin:0 0 16px">The link is for you alone and works until {{ expiresOn | date: "%-d %B %Y" }}.</p>{% endif %}',
        paragraph('You did not expect this? Then do nothing: without your click nothing happens.'),
      ),
      text: text(
        'Hello,',
        '{{ organization.name }} would like you to join, and has prepared everything for you.',
        '{% if message != blank %}{{ message }}\n\n{% endif %}{% if role != blank %}Your role: {{ role }}\n{% endif %}{% if plan != blank %}Your plan: {{ plan }}\n{% endif %}{% if groups != blank %}Your groups: {{ groups }}\n{% endif %}',
        'Accept the invitation:\n{{ link }}',
        '{% if expiresOn != blank %}The link is for you alone and works until {{ expiresOn | date: "%-d %B %Y" }}.{% endif %}',
        'You did not expect this? Then do nothing: without your click nothing happens.',
      ),
    },
    de: {
      subject: 'Einladung zu {{ organization.name }}',
      html: html(
        paragraph('Hallo,'),
        paragraph(
          '<strong>{{ organization.name }}</strong> lädt Sie ein, Mitglied zu werden. Es ist alles vorbereitet.',
        ),
        `{% if message != blank %}${quoted('message')}{% endif %}`,
        '{% if role != blank %}<p style="margin:0 0 4px">Ihre Rolle: <strong>{{ role }}</strong></p>{% endif %}',
        '{% if plan != blank %}<p style="margin:0 0 4px">Ihr Tarif: <strong>{{ plan }}</strong></p>{% endif %}',
        '{% if groups != blank %}<p style="margin:0 0 4px">Ihre Gruppen: <strong>{{ groups }}</strong></p>{% endif %}',
        button('{{ link }}', 'Einladung annehmen'),
        plainLink('{{ link }}'),
        '{% if expiresOn != blank %}<p style="margin:0 0 16px">Der Link ist nur für Sie bestimmt und gilt bis zum {{ expiresOn | date: "%d.%m.%Y" }}.</p>{% endif %}',
        paragraph('Sie haben das nicht erwartet? Dann brauchen Sie nichts zu tun: Ohne Ihren Klick geschieht nichts.'),
      ),
      text: text(
        'Hallo,',
        '{{ organization.name }} lädt Sie ein, Mitglied zu werden. Es ist alles vorbereitet.',
        '{% if message != blank %}{{ message }}\n\n{% endif %}{% if role != blank %}Ihre Rolle: {{ role }}\n{% endif %}{% if plan != blank %}Ihr Tarif: {{ plan }}\n{% endif %}{% if groups != blank %}Ihre Gruppen: {{ groups }}\n{% endif %}',
        'Einladung annehmen:\n{{ link }}',
        '{% if expiresOn != blank %}Der Link ist nur für Sie bestimmt und gilt bis zum {{ expiresOn | date: "%d.%m.%Y" }}.{% endif %}',
        'Sie haben das nicht erwartet? Dann brauchen Sie nichts zu tun: Ohne Ihren Klick geschieht nichts.',
      ),
    },
  },
}
