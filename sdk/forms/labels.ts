/** Labels are text: what an author writes stands on an administrator's screen, beside what he decides by. */

// Characters that turn the reading order, are not seen, or break lines where none is expected.
const hidden = /[\u061C\u180E\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/u
const control = /(?!\n)\p{Cc}/u
const markup = /<[a-z/!?]|&#?\w{1,30};/i
const script = /\b(?:javascript|vbscript)\s*:|\bdata\s*:\s*(?:text|image|application)\s*\//i

/** Why a text cannot be a label; null: it can. `lines`: line breaks are allowed. */
export function labelFault(text: unknown, max: number, lines = false): string | null {
  if (typeof text !== 'string') return 'Write a text'
  if (text.trim() === '') return 'Write a text, or leave it out'
  if (text.length > max) return `Shorten it to ${max} characters`
  if (hidden.test(text)) return 'Remove the characters that cannot be seen or turn the reading direction'
  if (control.test(text) || (!lines && text.includes('\n')) || !text.isWellFormed())
    return 'Remove the control characters'
  if (markup.test(text)) return 'Labels are plain text; remove the markup'
  if (script.test(text)) return 'Labels are plain text; remove the address that runs a script'
  return null
}
