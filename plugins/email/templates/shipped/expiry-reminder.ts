import type { ShippedTemplate } from '../../refs.ts'
import { html, paragraph, text } from './parts.ts'

export const expiryReminder: ShippedTemplate = {
  id: 'expiry-reminder',
  title: 'Membership ends soon',
  germanTitle: 'Mitgliedschaft endet bald',
  description: 'Sent once for each period, as many days before its end as the organisation set.',
  variables: {
    name: { title: 'Name of the member', example: 'Maria Velázquez', required: true },
    plan: { title: 'Name of the plan', example: 'Basic Maker', required: true },
    validUntil: { title: 'Last day', example: '2027-03-14', required: true },
    days: { title: 'Days until then', example: 30 },
  },
  texts: {
    en: {
      subject: 'Your membership ends on {{ validUntil | date: "%-d %B %Y" }}',
      html: html(
        paragraph('Hello {{ name }},'),
        paragraph(
          'your membership <strong>{{ plan }}</strong> runs until <strong>{{ validUntil | date: "%-d %B %Y" }}</strong>{% if days %}, which is in {{ days }} day{% if days != 1 %}s{% endif %}{% endif %}.',
        ),
        paragraph('We would be glad if you stayed. Just answer this mail, or speak to us, and we see to the rest.'),
        paragraph('Kind regards<br>{{ organization.name }}'),
      ),
      text: text(
        'Hello {{ name }},',
        'your membership "{{ plan }}" runs until {{ validUntil | date: "%-d %B %Y" }}{% if days %}, which is in {{ days }} day{% if days != 1 %}s{% endif %}{% endif %}.',
        'We would be glad if you stayed. Just answer this mail, or speak to us, and we see to the rest.',
        'Kind regards\n{{ organization.name }}',
      ),
    },
    de: {
      subject: 'Ihre Mitgliedschaft endet am {{ validUntil | date: "%d.%m.%Y" }}',
      html: html(
        paragraph('Hallo {{ name }},'),
        paragraph(
          'Ihre Mitgliedschaft <strong>{{ plan }}</strong> läuft bis zum <strong>{{ validUntil | date: "%d.%m.%Y" }}</strong>{% if days %}, also noch {{ days }} Tag{% if days != 1 %}e{% endif %}{% endif %}.',
        ),
        paragraph(
          'Wir würden uns freuen, wenn Sie bleiben. Antworten Sie einfach auf diese Mail oder sprechen Sie uns an, wir kümmern uns um den Rest.',
        ),
        paragraph('Viele Grüße<br>{{ organization.name }}'),
      ),
      text: text(
        'Hallo {{ name }},',
        'Ihre Mitgliedschaft „{{ plan }}“ läuft bis zum {{ validUntil | date: "%d.%m.%Y" }}{% if days %}, also noch {{ days }} Tag{% if days != 1 %}e{% endif %}{% endif %}.',
        'Wir würden uns freuen, wenn Sie bleiben. Antworten Sie einfach auf diese Mail oder sprechen Sie uns an, wir kümmern uns um den Rest.',
        'Viele Grüße\n{{ organization.name }}',
      ),
    },
  },
}
