/**
 * The frame around every mail: one column that fits a telephone, the organisation's name, colour and picture, and at the
 * end who sends it and how to be spared. What stands inside is the template's. An empty text is true in Liquid: ask for `blank`.
 */
const ground = '#f3f4f6'
const ink = '#1c2530'
const quiet = '#5b6470'

export const framedHtml = (content: string): string => `<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ organization.name }}</title></head>
<body style="margin:0;background:${ground};color:${ink};font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:${ground}"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border-radius:8px;overflow:hidden">
<tr><td style="padding:18px 28px;background:{{ organization.colour }};color:#ffffff;font-size:18px;font-weight:600">{% if organization.logo != blank %}<img src="{{ organization.logo }}" alt="" height="36" style="height:36px;vertical-align:middle;margin-right:12px;border:0">{% endif %}{{ organization.name }}</td></tr>
<tr><td style="padding:28px">
${content}
</td></tr></table>
<p style="margin:16px 0 0;max-width:600px;font-size:12px;color:${quiet}">{% assign footerLines = organization.footer | split: "\\n" %}{% for footerLine in footerLines %}{{ footerLine }}<br>{% endfor %}{% if unsubscribeLink != blank %}<a href="{{ unsubscribeLink }}" style="color:${quiet}">{% if language == "de" %}Keine solchen Mails mehr{% else %}No more mails like this{% endif %}</a>{% endif %}</p>
</td></tr></table></body></html>`

export const framedText = (content: string): string => `${content}
{% if organization.footer != blank or unsubscribeLink != blank %}
--{% if organization.footer != blank %}
{{ organization.footer }}{% endif %}{% if unsubscribeLink != blank %}
{% if language == "de" %}Keine solchen Mails mehr{% else %}No more mails like this{% endif %}: {{ unsubscribeLink }}{% endif %}{% endif %}`

/** Lines that the frame puts before the template's first: an error's line counts in the template. */
export const linesBefore = { subject: 0, text: 0, html: framedHtml('\0').split('\0')[0]!.split('\n').length - 1 }

/** Names that stand in every mail, with an example each for the preview. */
export const always = {
  organization: { name: 'Makerspace Köln', colour: '#1f5f8b', logo: '', footer: '', link: 'https://club.example/' },
  recipient: { name: 'Maria Velázquez', email: 'maria@example.org' },
  language: 'en',
  unsubscribeLink: '',
} as const
