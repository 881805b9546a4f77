/** Characters that let a source look like something it is not. */

// They turn the reading order, are not seen, or end a line where an editor shows none.
const deceiving =
  /[\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]|(?![\n\r\t])\p{Cc}|\p{Surrogate}/u
// Alphabets with letters that look like Latin ones.
const alike =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u

/** Line and reason of each deceiving character; a line is told once. */
export function deceivingCharacters(source: string): readonly { readonly line: number; readonly reason: string }[] {
  return source.split('\n').flatMap((text, i) => {
    const bad = deceiving.exec(i === 0 ? text.replace(/^\uFEFF/, '') : text)
    if (!bad) return []
    const code = (bad[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
    return [{ line: i + 1, reason: `Remove the character U+${code}: it is not seen, or turns the reading order` }]
  })
}

/** Why a name in code deceives; null: it does not. Texts and comments may be in any alphabet. */
export function deceivingName(name: string): string | null {
  if (name.includes('\\')) return 'Write the name without escapes'
  if (alike.test(name) || name.normalize('NFKC') !== name.normalize('NFC'))
    return `Write the name with Latin letters: "${name.slice(0, 60)}" has letters that only look like them`
  return null
}
