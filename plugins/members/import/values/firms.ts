/** Legal forms, which no person has; the short ones are initials and names too, and count where the rest is not in capitals. */
const FORM =
  /\s(?:g?gmbh|mbh|ohg|gbr|e\.\s?[vgku]\.?|eG|ltd\.?|limited|llc|inc\.?|plc|corp\.?|gmbh & co\.? kg|s\.?r\.?l\.?s?|s\.?a\.?r\.?l\.?|s\.p\.a\.|s\.l\.|s\.r\.o\.|sp\. z o\.\s?o\.|aps|a\/s|oyj?|stiftung|foundation|trust)$/i
const SHORT_FORM = /\s(?:AG|KG|OG|UG|NV|BV|SA|SE|AB|AS|SL|SAS|VZW|ASBL)$/
const IN_FRONT = /^(?:fa\.|firma)\s/i

/** Whether a text is the name of a firm by its legal form, such as `Brouwerij NV` or `Fa. Blitz`. */
export const isFirm = (text: string): boolean =>
  IN_FRONT.test(text) || FORM.test(text) || (SHORT_FORM.test(text) && /\p{Ll}/u.test(text))
