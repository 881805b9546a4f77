/** What whoever reads a table knows of its headers; the table itself knows nothing of members. */
export interface HeaderWords {
  /** Whether a text is known as the header of a column. */
  knows(text: string): boolean
  /** What a column is to be called that stands with others below a heading: `Telefon` below `Notfallkontakt`. */
  under(heading: string, name: string): string
  /** Whether two columns may have this name because it is plain which is meant: the first one. */
  mayRepeat(name: string): boolean
}

export const NO_WORDS: HeaderWords = { knows: () => false, under: (_, name) => name, mayRepeat: () => false }
