import type { ShippedTemplate } from '../../refs.ts'
import { html, paragraph, quoted, text } from './parts.ts'

export const suspension: ShippedTemplate = {
  id: 'suspension',
  title: 'Membership suspended',
  germanTitle: 'Mitgliedschaft gesperrt',
  description: 'Sent when a member is suspended, unless whoever does it says that nobody is to be told.',
  variables: {
    name: { title: 'Name of the member', example: 'Maria Velázquez', required: true },
    reason: { title: 'The reason as it was written down', example: 'The fee of March is missing.', required: true },
  },
  texts: {
    en: {
      subject: 'Your membership of {{ organization.name }} is suspended',
      html: html(
        paragraph('Hello {{ name }},'),
        paragraph(
          'your membership of <strong>{{ organization.name }}</strong> is suspended for the time being. The reason:',
        ),
        quoted('reason'),
        paragraph(
          'If something is not right, or you want to settle it: answer this mail. Most things are quickly mended.',
        ),
        paragraph('Kind regards<br>{{ organization.name }}'),
      ),
      text: text(
        'Hello {{ name }},',
        'your membership of {{ organization.name }} is suspended for the time being. The reason:',
        '{{ reason }}',
        'If something is not right, or you want to settle it: answer this mail. Most things are quickly mended.',
        'Kind regards\n{{ organization.name }}',
      ),
    },
    de: {
      subject: 'Ihre Mitgliedschaft bei {{ organization.name }} ruht',
      html: html(
        paragraph('Hallo {{ name }},'),
        paragraph(
          'Ihre Mitgliedschaft bei <strong>{{ organization.name }}</strong> ist vorerst ausgesetzt. Der Grund:',
        ),
        quoted('reason'),
        paragraph(
          'Stimmt etwas nicht, oder möchten Sie es klären? Antworten Sie auf diese Mail. Das meiste ist schnell geregelt.',
        ),
        paragraph('Viele Grüße<br>{{ organization.name }}'),
      ),
      text: text(
        'Hallo {{ name }},',
        'Ihre Mitgliedschaft bei {{ organization.name }} ist vorerst ausgesetzt. Der Grund:',
        '{{ reason }}',
        'Stimmt etwas nicht, oder möchten Sie es klären? Antworten Sie auf diese Mail. Das meiste ist schnell geregelt.',
        'Viele Grüße\n{{ organization.name }}',
      ),
    },
  },
}
