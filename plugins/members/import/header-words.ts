import type { HeaderWords } from '../sheets/index.ts'
import { AliasIndex } from './alias-index.ts'
import type { ImportTarget } from './import-target.ts'

/** Below these a name or a number is not the member's own: the mother's telephone, the place of birth, the bank's name. */
const SOMETHING_ELSE =
  /notfall|emergency|eltern|erziehung|vertret|guardian|parent|vater|mutter|father|mother|partner|ehegatt|spouse|bank|konto|account|zahl|payer|payment|rechnung|invoice|billing|geburt|birth|firma|arbeit|company|employer|work|gesch(ä|ae)ft|dienst|beruf/i

/** Who somebody is, and what is about whom: of two such columns either may be meant. */
const WHO = /^(member\.)?(recordId|externalId|fullName|firstName|lastName|company|birthday)$|^(name|parent|group)\b/

/** What a table's headers can be, by the aliases of what is imported. */
export function headerWords(target: ImportTarget): HeaderWords {
  const index = new AliasIndex(target)
  const knows = (text: string) => index.knows(text)
  return {
    knows,
    under(heading, name) {
      const whole = `${heading} ${name}`
      const changes = SOMETHING_ELSE.test(heading)
      // `Name` over `Vorname` and `Nachname` adds nothing, although people write "Name, Vorname".
      if (knows(heading) && knows(name) && !changes) return name
      const known = [whole, `${name} ${heading}`].find(knows)
      // `Datum` says nothing by itself, and `Datum` below `Eintritt` all.
      return known ?? (changes || knows(heading) ? whole : name)
    },
    mayRepeat: (name) => !index.matches(name, 'en').some(({ field, distance }) => distance < 3 && WHO.test(field)),
  }
}
