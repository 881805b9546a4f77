/** Pieces of HTML that every shipped template is made of: mail programs know inline styles and little else. */
export const paragraph = (text: string): string => `<p style="margin:0 0 16px">${text}</p>`

export const button = (href: string, label: string): string =>
  `<p style="margin:24px 0"><a href="${href}" style="display:inline-block;padding:12px 22px;border-radius:6px;background:{{ organization.colour }};color:#ffffff;text-decoration:none;font-weight:600">${label}</a></p>`

/** Under a button, for programs that show no links. */
export const plainLink = (href: string): string =>
  `<p style="margin:0 0 16px;font-size:13px;color:#5b6470;word-break:break-all">${href}</p>`

/** What somebody wrote, line by line. */
export const quoted = (variable: string): string =>
  `{% assign lines = ${variable} | split: "\\n" %}<blockquote style="margin:0 0 16px;padding:4px 16px;border-left:4px solid {{ organization.colour }}">{% for line in lines %}<p style="margin:8px 0">{{ line }}</p>{% endfor %}</blockquote>`

export const html = (...parts: readonly string[]): string => parts.join('\n')
export const text = (...paragraphs: readonly string[]): string => paragraphs.join('\n\n')
