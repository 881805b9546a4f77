import { createHash } from 'node:crypto'

/** The few plain pages of sign-in and set-up: no framework, no outside resource, readable without style and script. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text' | 'hidden'
  readonly autocomplete?: string
  readonly value?: string
  readonly minLength?: number
}
export interface Form {
  /** What the button is about. */
  readonly text?: string
  readonly action: string
  readonly submit: string
  readonly fields: readonly Field[]
}
export interface Section {
  readonly title: string
  readonly text?: readonly string[]
  readonly forms?: readonly Form[]
}
export interface Link {
  readonly href: string
  readonly text: string
}
export interface Page {
  readonly lang: 'de' | 'en'
  readonly title: string
  readonly text?: readonly string[]
  /** What went wrong with the last try. */
  readonly error?: string | undefined
  /** What went well with it. */
  readonly notice?: string | undefined
  readonly form?: Form
  readonly sections?: readonly Section[]
  /** Where else to go from here, before the sections. */
  readonly links?: readonly Link[]
  /** What comes next, after everything. */
  readonly link?: Link
  readonly script?: keyof typeof scripts
  readonly reloadAfterSeconds?: number
}

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 2rem }
h1 { font-size: 1.5rem; line-height: 1.2 }
h2 { font-size: 1.125rem; line-height: 1.2; margin-top: 2rem }
label { display: block; margin-top: 1rem }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; border: 1px solid GrayText; border-radius: .25rem }
form > p { margin: 1.5rem 0 0 }
button { margin-top: 1.5rem; padding: .5rem 1rem; font: inherit; cursor: pointer }
form > p + button, form > p + input + button { margin-top: .5rem }
[role=alert] { border-left: .25rem solid #c92a2a; padding-left: .75rem }
[role=status] { border-left: .25rem solid #2b8a3e; padding-left: .75rem }
`
const scripts = {
  /** The token stands in the fragment, which no server and no proxy log ever sees, and leaves the address bar at once. */
  tokenFromFragment: `
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token) { document.querySelector('input[name=token]').value = token; history.replaceState(null, '', location.pathname) }
`,
  /** A form cannot set the header that a session's unsafe requests need; without script it posts as anybody would. */
  postWithHeader: `
for (const form of document.forms) form.addEventListener('submit', async (event) => {
  event.preventDefault()
  form.querySelector('button').disabled = true
  const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', 'x-csrf': '1' }
  const answer = await fetch(form.action, { method: 'POST', headers, body: new URLSearchParams(new FormData(form)) })
  if (answer.redirected) return location.assign(answer.url)
  document.open()
  document.write(await answer.text())
  document.close()
})
`,
  submitAtOnce: `
document.forms[0].submit()
`,
}

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing loads from anywhere, forms go home, nobody frames the page. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src ${digest(style)}`,
  `script-src ${Object.values(scripts).map(digest).join(' ')}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c] as string)

/** Every text is escaped here. */
export function page({
  lang,
  title,
  text = [],
  error,
  notice,
  form,
  links = [],
  sections = [],
  link,
  script,
  reloadAfterSeconds,
}: Page): string {
  const e = escapeHtml
  const reload = reloadAfterSeconds ? `<meta http-equiv="refresh" content="${reloadAfterSeconds}">` : ''
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">${reload}<title>${e(title)}</title><style>${style}</style></head>
<body><main><h1>${e(title)}</h1>
${error ? `<p role="alert" id="error">${e(error)}</p>` : ''}
${notice ? `<p role="status">${e(notice)}</p>` : ''}
${paragraphs(text)}
${form ? formHtml(form, error !== undefined) : ''}
${links.map(linkHtml).join('\n')}
${sections.map(sectionHtml).join('\n')}
${link ? linkHtml(link) : ''}
</main>${script ? `<script>${scripts[script]}</script>` : ''}</body></html>`
}

const paragraphs = (text: readonly string[]): string => text.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')

const linkHtml = ({ href, text }: Link): string => `<p><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></p>`

const sectionHtml = ({ title, text = [], forms = [] }: Section): string =>
  `<section><h2>${escapeHtml(title)}</h2>${paragraphs(text)}${forms.map((form) => formHtml(form, false)).join('\n')}</section>`

function formHtml(form: Form, failed: boolean): string {
  const e = escapeHtml
  const fields = form.fields.map((f) => {
    const attributes = [
      `name="${e(f.name)}" type="${f.type}"`,
      f.value === undefined ? '' : `value="${e(f.value)}"`,
      f.minLength ? `minlength="${f.minLength}"` : '',
      f.autocomplete ? `autocomplete="${e(f.autocomplete)}"` : '',
      failed ? 'aria-describedby="error"' : '',
    ].join(' ')
    return f.type === 'hidden'
      ? `<input ${attributes}>`
      : `<label for="${e(f.name)}">${e(f.label)}</label><input id="${e(f.name)}" maxlength="254" required ${attributes}>`
  })
  return `<form method="post" action="${e(form.action)}">${form.text ? `<p>${e(form.text)}</p>` : ''}${fields.join('\n')}<button>${e(form.submit)}</button></form>`
}
