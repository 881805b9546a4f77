/** Text of a bot as it may be shown anywhere: no terminal commands, no invisible or reordering characters. */

// ECMA-48 sequences whole, so that no "[31m" is left of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it takes out
const commands = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]/g
const controls = /(?![\n\t])[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

export const inert = (text: string): string => text.replace(commands, '').replace(controls, '\ufffd')

/** At most so many bytes, with a mark where it was cut. */
export function capped(text: string, bytes: number): string {
  const all = Buffer.from(text)
  if (all.length <= bytes) return text
  const mark = ' …[cut]'
  return `${all
    .subarray(0, bytes - Buffer.byteLength(mark))
    .toString('utf8')
    .replace(/\ufffd+$/, '')}${mark}`
}
