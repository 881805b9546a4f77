/**
 * JavaScript cut into tokens: enough to see what a module imports and exports without running or compiling it. Comments,
 * texts and regular expressions are passed over, so that words inside them are not taken for code.
 */

export interface Token {
  readonly kind: 'word' | 'text' | 'sign'
  /** The word, the sign, or the text without its quotes. */
  readonly is: string
  readonly line: number
  /** Brackets that are open here. */
  readonly depth: number
  /** Whether a function stands around it. */
  readonly inFunction: boolean
}

interface Open {
  readonly sign: string
  readonly isFunction: boolean
  /** Ends an expression, so that a slash behind it divides. */
  readonly isValue: boolean
}

const wordStart = /[\p{ID_Start}$_#\\]/u
const word = /[\p{ID_Continue}$\\{}]/u
/** Behind these a slash begins a regular expression, and a brace an object. */
const beforeValue = new Set(
  'return typeof instanceof in of new delete void throw case do else await yield default extends'.split(' '),
)
const heads = new Set(['if', 'for', 'while', 'switch', 'with', 'catch'])

export function tokensOf(source: string): readonly Token[] {
  return new Tokens(source).read()
}

class Tokens {
  readonly #source: string
  readonly #tokens: Token[] = []
  readonly #open: Open[] = []
  /** Depths at which an arrow function without braces has begun. */
  readonly #arrows: number[] = []
  #at = 0
  #line = 1
  #functions = 0
  /** Whether the token before ends a value. */
  #valueBefore = false
  #closed: Open | undefined

  constructor(source: string) {
    this.#source = source
  }

  read(): readonly Token[] {
    const source = this.#source
    while (this.#at < source.length) {
      const char = source[this.#at] as string
      if (char === '\n') this.#newLine()
      else if (/\s/.test(char)) this.#at++
      else if (source.startsWith('//', this.#at) || (this.#at === 0 && source.startsWith('#!'))) this.#toLineEnd()
      else if (source.startsWith('/*', this.#at)) this.#skipTo('*/')
      else if (char === '"' || char === "'") this.#text(char)
      else if (char === '`') this.#template()
      else if (char === '/' && !this.#valueBefore) this.#expression()
      else if (/\d/.test(char)) this.#number()
      else if (wordStart.test(this.#char)) this.#word()
      else this.#sign(char)
    }
    return this.#tokens
  }

  get #char(): string {
    return String.fromCodePoint(this.#source.codePointAt(this.#at) as number)
  }
  get #last(): Token | undefined {
    return this.#tokens.at(-1)
  }

  #push(kind: Token['kind'], is: string, line = this.#line): undefined {
    const inFunction = this.#functions > 0 || this.#arrows.length > 0
    this.#tokens.push({ kind, is, line, depth: this.#open.length, inFunction })
  }
  #newLine(): undefined {
    this.#line++
    this.#at++
  }
  #toLineEnd(): undefined {
    const end = this.#source.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#source.length : end
  }
  /** Moves behind `end`, counting lines. */
  #skipTo(end: string): undefined {
    const found = this.#source.indexOf(end, this.#at + 2)
    const to = found < 0 ? this.#source.length : found + end.length
    while (this.#at < to) {
      if (this.#source[this.#at] === '\n') this.#line++
      this.#at++
    }
  }
  #text(quote: string): undefined {
    const [start, line] = [++this.#at, this.#line]
    while (this.#at < this.#source.length && this.#source[this.#at] !== quote) {
      if (this.#source[this.#at] === '\\') this.#at++
      if (this.#source[this.#at] === '\n') this.#line++
      this.#at++
    }
    this.#push('text', this.#source.slice(start, this.#at++), line)
    this.#valueBefore = true
  }
  /** A template, or the rest of one behind `}`; what stands in `${}` is code again. */
  #template(): undefined {
    this.#at++
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at]
      if (char === '\\') this.#at++
      else if (char === '`') break
      else if (this.#source.startsWith('${', this.#at)) {
        this.#at += 2
        this.#open.push({ sign: '${', isFunction: false, isValue: true })
        this.#valueBefore = false
        return
      }
      if (this.#source[this.#at] === '\n') this.#line++
      this.#at++
    }
    this.#at++
    this.#valueBefore = true
    this.#push('text', '')
  }
  #expression(): undefined {
    let inClass = false
    for (this.#at++; this.#at < this.#source.length; this.#at++) {
      const char = this.#source[this.#at]
      if (char === '\\') this.#at++
      else if (char === '[') inClass = true
      else if (char === ']') inClass = false
      else if (char === '\n' || (char === '/' && !inClass)) break
    }
    if (this.#source[this.#at] === '/') this.#at++
    this.#valueBefore = true
    this.#push('text', '')
  }
  #number(): undefined {
    while (/[\w.]/.test(this.#source[this.#at] ?? '')) this.#at++
    this.#valueBefore = true
    this.#push('text', '')
  }
  #word(): undefined {
    const start = this.#at
    let escaped = false
    while (this.#at < this.#source.length) {
      const char = this.#char
      // Braces belong to a word only in `\u{...}`.
      if (char === '\\') escaped = true
      else if (char === '{' || char === '}') {
        if (!escaped) break
        if (char === '}') escaped = false
      } else if (this.#at > start && !word.test(char)) break
      this.#at += char.length
    }
    const is = this.#source.slice(start, this.#at)
    const member = this.#last?.is === '.' || this.#last?.is === '?.'
    this.#push('word', is)
    this.#valueBefore = member || !beforeValue.has(is)
  }

  #sign(char: string): undefined {
    const arrow = this.#source.startsWith('=>', this.#at)
    const is = ['=>', '?.', '...'].find((one) => this.#source.startsWith(one, this.#at)) ?? char
    this.#at += is.length
    if ('([{'.includes(char)) return this.#opens(char)
    if (')]}'.includes(char)) return this.#closes(char)
    if ((char === ',' || char === ';') && this.#arrows.at(-1) === this.#open.length) this.#arrows.pop()
    this.#push('sign', is)
    if (arrow && !/^\s*\{/.test(this.#source.slice(this.#at, this.#at + 100))) this.#arrows.push(this.#open.length)
    // `x++ / 2`: what stands before the sign decides.
    if (!(char === '+' || char === '-') || this.#source[this.#at] !== char) this.#valueBefore = false
  }
  #opens(sign: string): undefined {
    const before = this.#last
    const body = sign === '{' && (before?.is === '=>' || (before?.is === ')' && !heads.has(this.#head())))
    const isValue = sign !== '{' ? !(sign === '(' && heads.has(before?.is ?? '')) : this.#isObject(before)
    this.#push('sign', sign)
    this.#open.push({
      sign: sign === '(' && before?.kind === 'word' ? `(${before.is}` : sign,
      isFunction: body,
      isValue,
    })
    if (body) this.#functions++
    this.#valueBefore = false
  }
  #closes(sign: string): undefined {
    const open = this.#open.pop()
    while ((this.#arrows.at(-1) ?? -1) > this.#open.length) this.#arrows.pop()
    if (open?.isFunction) this.#functions--
    if (open?.sign === '${') {
      this.#at--
      return this.#template()
    }
    this.#closed = open
    this.#push('sign', sign)
    this.#valueBefore = open?.isValue ?? true
  }
  /** The word before the parenthesis that was closed last. */
  #head(): string {
    return this.#closed?.sign.slice(1) ?? ''
  }
  #isObject(before: Token | undefined): boolean {
    if (!before || before.is === '=>') return false
    if (before.kind === 'word') return beforeValue.has(before.is) && before.is !== 'else' && before.is !== 'do'
    return before.kind === 'sign' && !')}];{'.includes(before.is)
  }
}
